from . import document
from . import message_letter
