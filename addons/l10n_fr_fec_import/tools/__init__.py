from . import chart, fec
