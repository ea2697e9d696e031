"""GStreamer's RTSP server as an origin: H.264 and AAC from test sources. Prints its port.

usage: gst_origin.py GROUP, the number of pictures from key frame to key frame
"""
import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

PIPELINE = ('( videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,'
            'framerate=25/1 ! x264enc tune=zerolatency aud=false bitrate=500 key-int-max={} ! '
            'rtph264pay name=pay0 pt=96 '
            'audiotestsrc is-live=true ! audio/x-raw,rate=48000,channels=1 ! avenc_aac ! '
            'rtpmp4gpay name=pay1 pt=97 )')

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address('127.0.0.1')
server.set_service('0')
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(PIPELINE.format(sys.argv[1]))
factory.set_shared(True)
server.get_mount_points().add_factory('/live', factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
