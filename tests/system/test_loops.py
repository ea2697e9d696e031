"""Gateways that pull from each other: a circle is noticed, and harms nobody."""
import pytest

from lib.gateway import Gateway, free_port
from lib.rtsp import Client
from lib.wait import until


@pytest.mark.must('P3')
def test_two_gateways_that_pull_from_each_other(tmp_path):
    port = free_port()
    with Gateway(tmp_path, {'cam1': {'source': f'rtsp://127.0.0.1:{port}/cam1'}}) as first:
        second = Gateway(tmp_path, {'cam1': {'source': first.url('cam1')}},
                         rtspAddress=f'127.0.0.1:{port}')
        second.port, second.address = port, f'127.0.0.1:{port}'
        with second:
            viewer = Client(first.url('cam1'))
            assert viewer.describe().status == 502
            assert first.status()['gateway']['loops'] >= 1
            until('neither pulls any more', lambda: not first.status()['streams'] and
                  not second.status()['streams'])
            viewer.close()


@pytest.mark.must('P3')
def test_a_gateway_that_pulls_from_itself_by_another_name(tmp_path):
    gateway = Gateway(tmp_path, {})
    text = gateway.file.read_text().replace(
        '"paths":', '"paths":\n  "cam1":\n    "source": '
        f'"rtsp://localhost:{gateway.port}/cam1"')
    gateway.file.write_text(text)
    with gateway:
        viewer = Client(gateway.url('cam1'))
        assert viewer.describe().status == 502
        assert gateway.status()['gateway']['loops'] >= 1
        viewer.close()
