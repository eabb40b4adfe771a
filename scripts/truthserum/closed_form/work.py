"""What an arm of a reconstruction in closed form costs, by arithmetic."""

from math import prod
from typing import TYPE_CHECKING

from truthserum.data.catalogue import LABELLED_SETS
from truthserum.models.glm import variants
from truthserum.models.size import Size
from truthserum.work import Basis, Work, shape_of

if TYPE_CHECKING:
    from truthserum.closed_form.settings import ClosedFormSettings

PASSES = 200  # over the records, for each fit: Newton steps, and the products within each


def work(settings: "ClosedFormSettings") -> Work:
    """What one arm costs: nothing is trained before its last stage."""
    chosen, known = settings.glm, LABELLED_SETS[settings.data.set]
    records = settings.data.train * len(chosen.classes) / known.classes
    inputs = prod(shape_of(known)) // chosen.pooling**2 + 1
    assert chosen.family  # arms have one
    outputs = len(chosen.classes) if chosen.family == "multinomial" else 1
    seen = len(settings.tolerances) + 1 + len(settings.published)
    fits = len(variants(chosen.family, chosen.penalty)) * seen
    return Work(
        rows=round(records),
        size=Size(inputs * outputs, inputs * outputs),
        attacked=fits * inputs * outputs * records * (PASSES + chosen.targets),
        basis=Basis("recovered", units=chosen.targets, models=0, positives=1),
    )
