"""The kinds of experiments by the name that the catalogue gives them."""

from workflow.kinds.canary import CANARY
from workflow.kinds.game import GAME
from workflow.kinds.glm import GLM
from workflow.kinds.informed import INFORMED

KINDS = {"canary": CANARY, "game": GAME, "glm": GLM, "informed": INFORMED}
