from . import evacuation_list
