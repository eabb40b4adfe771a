import pytest
from audited import claims, curves, records


@pytest.fixture
def written():
    """claims.json of an audit, parsed."""
    return claims()


@pytest.fixture
def frames():
    """(records, roc) of the same audit."""
    return records(300), curves()
