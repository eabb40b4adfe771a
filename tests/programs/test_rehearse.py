import rehearse


def test_a_full_disk_is_told_as_it_is_and_not_blamed_on_the_settings(monkeypatch):
    said = "/tmp/x cannot be written: No space left on device"

    def on_a_full_disk(settings, data):
        raise OSError(said)

    monkeypatch.setattr(rehearse.registry, "load", lambda kind, leak: on_a_full_disk)
    assert rehearse.tried("inference", {}, data=None) == said
