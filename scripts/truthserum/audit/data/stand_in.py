"""What stands in for a user's own records before an audit has read them."""

import numpy as np

from truthserum.audit.data.own import classes_of, read
from truthserum.audit.data.pictures import pictures
from truthserum.audit.data.prepared import COLOURS, prepared
from truthserum.audit.options import Data
from truthserum.data.images import Images
from truthserum.data.pictures import picture
from truthserum.data.tabular import Table

MOST = 1000  # images of a folder


def stand_in(data: Data) -> Images | Table:
    """The records themselves; of a folder images made up for some, the first one as it is.

    To read all images takes as long as an audit's first job, which does and tells what is wrong
    with them.
    """
    if data.folder is None:
        return prepared(data, read(data, "probabilities"))
    paths = pictures(data.source)
    label, names = classes_of(data.source, paths)
    some = np.unique(np.linspace(0, len(paths) - 1, MOST).astype(int))
    shape = COLOURS, data.size, data.size
    x = np.random.default_rng(len(paths)).integers(0, 256, (len(some), *shape), dtype=np.uint8)
    x[0] = np.asarray(picture(str(paths[0]), shape)).transpose(2, 0, 1)
    return Images(x, label[some], x, label[some], len(names))
