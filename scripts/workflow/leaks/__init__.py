"""The leaks by the name that an experiment gives."""

from workflow.leaks.closed_form import CLOSED_FORM
from workflow.leaks.extraction import EXTRACTION
from workflow.leaks.inference import INFERENCE
from workflow.leaks.reconstruction import RECONSTRUCTION

LEAKS = {
    "closed_form": CLOSED_FORM,
    "extraction": EXTRACTION,
    "inference": INFERENCE,
    "reconstruction": RECONSTRUCTION,
}
