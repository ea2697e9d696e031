"""Domains and groups that cannot be: `weir check` says why, and where."""
import re
import subprocess

import pytest

from lib.gateway import Gateway, program
from lib.hall import HALL


@pytest.mark.must('M1', 'M2')
@pytest.mark.parametrize('change, complaint', [
    ({'pool': '224.0.0.0/24'}, 'leaves no link'),
    ({'pool': '225.1.0.0/16'}, 'allowReserved'),
    ({'pool': '10.0.0.0/8'}, 'no multicast groups'),
    ({'pool': ['239.255.0.0/16', '239.1.0.0/16']}, 'the most'),
    ({'networks': []}, 'networks: a list is needed'),
    ({'networks': ['10.7.0.0/24', '10.7.0.9/24']}, 'in a domain already'),
    ({'interface': ''}, 'interface: missing'),
    ({'delivery': 'anycast'}, 'expected unicast or multicast'),
    ({'delivery': 'unicast'}, 'are for delivery: multicast'),
    ({'ttl': 0}, 'ttl: not a number from 1 to 255'),
    ({'port': 5003}, 'it must be even'),
    ({'pools': '239.255.0.0/16'}, 'did you mean pool?'),
])
def test_a_domain_that_cannot_be_is_explained(tmp_path, change, complaint):
    gateway = Gateway(tmp_path, {'cam1': {'source': 'rtsp://192.0.2.1/'}},
                      domains={'hall': {**HALL, **change}})
    result = subprocess.run([program(), 'check', '-c', str(gateway.file)], text=True,
                            capture_output=True)
    assert result.returncode == 1 and complaint in result.stderr, result.stderr
    assert re.match(rf'{gateway.file}:\d+:\d+: ', result.stderr), result.stderr


@pytest.mark.must('M1', 'M2')
@pytest.mark.parametrize('paths, complaint', [
    ({'a': '239.255.1.1', 'b': '239.255.1.1'}, 'another path has that group'),
    ({'a': '239.255.1.1', 'b': '239.127.1.1'}, 'the same on the link'),
    ({'a': '224.0.0.5'}, 'leaves no link'),
    ({'a': '239.128.0.5'}, 'on the link these groups'),
    ({'a': '10.1.2.3'}, 'not the address of a group'),
    ({'~^x': '239.255.1.1'}, 'many streams would have one group'),
])
def test_a_group_of_a_path_that_cannot_be_is_explained(tmp_path, paths, complaint):
    gateway = Gateway(tmp_path, {name: {'source': 'rtsp://192.0.2.1/', 'multicastGroup': group}
                                 for name, group in paths.items()}, domains={'hall': HALL})
    result = subprocess.run([program(), 'check', '-c', str(gateway.file)], text=True,
                            capture_output=True)
    assert result.returncode == 1 and complaint in result.stderr, result.stderr


@pytest.mark.must('M1')
@pytest.mark.parametrize('change', [
    {}, {'pool': '233.252.0.0/24', 'allowReserved': True},
    {'pool': 'ff05::/16', 'allowReserved': True}, {'pool': '232.0.0.0/8'},
    {'ttl': 255, 'port': 65472}, {'networks': ['0.0.0.0/0', '::/0']},
])
def test_a_domain_that_can_be_is_ok(tmp_path, change):
    gateway = Gateway(tmp_path, {'cam1': {'source': 'rtsp://192.0.2.1/'}},
                      domains={'hall': {**HALL, **change},
                               'yard': {'networks': ['10.9.0.0/16'], 'delivery': 'unicast'}})
    result = subprocess.run([program(), 'check', '-c', str(gateway.file)], text=True,
                            capture_output=True)
    assert result.returncode == 0, result.stderr
