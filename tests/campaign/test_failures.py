"""The list beside a shard names exactly what failed."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hammerscale.campaign.failures import note_failures
from hammerscale.rev.unit_cell import Outcome
from tests.campaign.histories import made_up


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(outcomes=st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=8))
def test_there_is_a_line_per_failure_and_no_file_without_any(tmp_path, outcomes):
    note_failures(tmp_path / "0001.nc", made_up(range(10, 10 + len(outcomes)), outcomes))
    expected = [f"{10 + i} {o.name.lower()} 0.25" for i, o in enumerate(outcomes) if o is not Outcome.CONVERGED]
    file = tmp_path / "0001.failed"
    assert (file.read_text().splitlines() if file.exists() else []) == expected
    assert file.exists() == bool(expected)
