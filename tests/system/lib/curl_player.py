"""libcurl's RTSP: the whole dialogue and so many packets, printed as JSON.

usage: curl_player.py URL PACKETS
"""
import ctypes
import ctypes.util
import json
import re
import sys

# curl/curl.h
URL, WRITE, HEADER, TIMEOUT_S, REQUEST, SESSION, STREAM_URL, TRANSPORT, INTERLEAVE = (
    10002, 20011, 20079, 13, 189, 10190, 10191, 10192, 20196)
OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, RECEIVE = 1, 2, 4, 5, 6, 7, 8, 11
RESPONSE_CODE, SESSION_ID = 0x200000 + 2, 0x100000 + 36
CALLBACK = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t,
                            ctypes.c_void_p)

url, wanted = sys.argv[1], int(sys.argv[2])
curl = ctypes.CDLL(ctypes.util.find_library('curl') or 'libcurl.so.4')
curl.curl_easy_init.restype = ctypes.c_void_p
curl.curl_version.restype = ctypes.c_char_p
handle = ctypes.c_void_p(curl.curl_easy_init())
seen = {'statuses': [], 'packets': 0, 'breaks': 0, 'version': curl.curl_version().decode()}
text = {'headers': b'', 'body': b''}
last = {}


def keep(name):
    def take(data, size, count, _):
        text[name] += ctypes.string_at(data, size * count)
        return size * count
    return CALLBACK(take)


def on_frame(data, size, count, _):
    frame = ctypes.string_at(data, size * count)
    if frame[1] % 2 == 0:
        seq = int.from_bytes(frame[6:8], 'big')
        seen['breaks'] += last.get(frame[1], seq - 1) + 1 & 0xffff != seq
        last[frame[1]] = seq
        seen['packets'] += 1
    return size * count


callbacks = [keep('body'), keep('headers'), CALLBACK(on_frame)]


def setopt(option, value):
    if isinstance(value, str):
        value = ctypes.c_char_p(value.encode())
    elif isinstance(value, int):
        value = ctypes.c_long(value)
    assert curl.curl_easy_setopt(handle, ctypes.c_int(option), value) == 0, option


def perform(request, stream=url):
    text['headers'] = text['body'] = b''
    setopt(STREAM_URL, stream)
    setopt(REQUEST, request)
    result = curl.curl_easy_perform(handle)
    assert result == 0, (request, result)
    status = ctypes.c_long()
    curl.curl_easy_getinfo(handle, ctypes.c_int(RESPONSE_CODE), ctypes.byref(status))
    seen['statuses'].append(status.value)


setopt(URL, url)
setopt(TIMEOUT_S, 30)
for option, callback in zip((WRITE, HEADER, INTERLEAVE), callbacks):
    setopt(option, callback)
perform(OPTIONS)
perform(DESCRIBE)
base = re.search(rb'Content-Base: (\S+)', text['headers'])[1].decode()
for track, control in enumerate(re.findall(rb'(?m)^a=control:([^*\s]+)', text['body'])):
    setopt(TRANSPORT, f'RTP/AVP/TCP;unicast;interleaved={2 * track}-{2 * track + 1}')
    perform(SETUP, base + control.decode())
perform(PLAY, base)
while seen['packets'] < wanted:
    result = (setopt(REQUEST, RECEIVE), curl.curl_easy_perform(handle))[1]
    assert result == 0, ('RECEIVE', result)
perform(GET_PARAMETER, base)
perform(PAUSE, base)
perform(TEARDOWN, base)
curl.curl_easy_cleanup(handle)
print(json.dumps(seen))
