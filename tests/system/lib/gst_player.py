"""GStreamer as a player: decodes a stream's pictures and sound, prints what it saw as JSON.

usage: gst_player.py URL udp|tcp PICTURES [silent], and it ends once it has decoded so many, and
some sound unless it is silent
"""
import json
import sys

import gi

gi.require_version('Gst', '1.0')
from gi.repository import GLib, Gst  # noqa: E402

url, transport, wanted = sys.argv[1], sys.argv[2], int(sys.argv[3])
seen = {'video': 0, 'audio': 0}
complaints = []
jitter_buffers = []

Gst.init(None)
Gst.Structure.get_string  # looked up once: by two threads at the same time gi does not find it
loop = GLib.MainLoop()
pipeline = Gst.Pipeline()
source = Gst.ElementFactory.make('rtspsrc')
source.set_property('location', url)
source.set_property('latency', 500)
Gst.util_set_object_arg(source, 'protocols', transport)
pipeline.add(source)


def count(pad, info, kind):
    seen[kind] += 1
    if seen['video'] >= wanted and (seen['audio'] > 0 or 'silent' in sys.argv):
        loop.quit()
    return Gst.PadProbeReturn.OK


def link(element, pad):
    """A transport stream has pictures and sound in one track: what was decoded says what it is."""
    kind = pad.get_current_caps().get_structure(0).get_name().split('/')[0]
    sink = Gst.ElementFactory.make('fakesink')
    sink.set_property('sync', False)
    sink.set_property('async', False)
    pipeline.add(sink)
    pad.add_probe(Gst.PadProbeType.BUFFER, count, kind)
    pad.link(sink.get_static_pad('sink'))
    sink.sync_state_with_parent()


def on_track(element, pad):
    decoder = Gst.ElementFactory.make('decodebin')
    decoder.connect('pad-added', link)
    pipeline.add(decoder)
    pad.link(decoder.get_static_pad('sink'))
    decoder.sync_state_with_parent()


def on_message(bus, message):
    if message.type in (Gst.MessageType.WARNING, Gst.MessageType.ERROR):
        parse = message.parse_warning if message.type == Gst.MessageType.WARNING \
            else message.parse_error
        complaints.append(': '.join(str(part) for part in parse()))
    if message.type in (Gst.MessageType.ERROR, Gst.MessageType.EOS):
        loop.quit()


source.connect('pad-added', on_track)
source.connect('new-manager', lambda _, manager: manager.connect(
    'new-jitterbuffer', lambda _, jitter_buffer, *ids: jitter_buffers.append(jitter_buffer)))
pipeline.get_bus().add_signal_watch()
pipeline.get_bus().connect('message', on_message)
pipeline.set_state(Gst.State.PLAYING)
loop.run()
stats = [jitter_buffer.get_property('stats') for jitter_buffer in jitter_buffers]
print(json.dumps({'pictures': seen['video'], 'sound': seen['audio'], 'complaints': complaints,
                  'tracks': len(stats), 'lost': sum(s.get_value('num-lost') for s in stats),
                  'late': sum(s.get_value('num-late') for s in stats)}))
pipeline.set_state(Gst.State.NULL)
