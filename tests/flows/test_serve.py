"""A wrong schedule stops ``presslake serve`` at once; what it serves is tested with the engine in test_pipeline.py."""

import pytest

from flows.serve import check_schedules
from presslake.errors import ConfigError


def test_good_schedules_pass_and_an_empty_one_is_left_out():
    check_schedules("Europe/Berlin", {"--hourly": "*/30 5-22 * * mon-fri", "--nightly": ""})


@pytest.mark.parametrize(
    ("time_zone", "hourly", "nightly", "words"),
    [
        ("Europe/Bärlin", "7 * * * *", "", "--time-zone: 'Europe/Bärlin' is not an IANA time zone"),
        ("Europe/Berlin", "7 * * *", "", "--hourly: '7 \\* \\* \\*' is not a cron schedule"),
        ("Europe/Berlin", "7 * * * *", "0 25 * * *", "--nightly: '0 25 .*' is not a cron schedule"),
        ("Europe/Berlin", "", "", "--hourly, --nightly: all are empty"),
    ],
)
def test_a_wrong_schedule_is_named_with_its_option(time_zone, hourly, nightly, words):
    with pytest.raises(ConfigError, match=words):
        check_schedules(time_zone, {"--hourly": hourly, "--nightly": nightly})
