"""GStreamer's RTSP server as an origin: H.264 and AAC from test sources. Prints its port.

Snow, since a picture that changes everywhere fills packets: access units of several, groups of
megabytes.
"""
import argparse

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtsp', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

PIPELINE = ('( videotestsrc is-live=true pattern=snow ! video/x-raw,width=320,height=240,'
            'framerate=25/1 ! x264enc tune=zerolatency speed-preset=ultrafast aud=false '
            'bitrate={kbits} key-int-max={group} ! rtph264pay name=pay0 pt=96 '
            'audiotestsrc is-live=true ! audio/x-raw,rate=48000,channels=1 ! avenc_aac ! '
            'rtpmp4gpay name=pay1 pt=97 )')
TRANSPORT_STREAM = ('( mpegtsmux name=mux alignment=7 ! rtpmp2tpay name=pay0 pt=33 '
                    'videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=25/1 ! '
                    'x264enc tune=zerolatency speed-preset=ultrafast bitrate={kbits} '
                    'key-int-max={group} ! mux. )')
FILM = '( filesrc location={} ! matroskademux ! h264parse ! rtph264pay name=pay0 pt=96 )'
PROTOCOLS = {'udp': GstRtsp.RTSPLowerTrans.UDP, 'tcp': GstRtsp.RTSPLowerTrans.TCP,
             'multicast': GstRtsp.RTSPLowerTrans.UDP_MCAST}

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument('--host', default='127.0.0.1')
parser.add_argument('--group', type=int, default=25, help='pictures from key frame to key frame')
parser.add_argument('--kbits', type=int, default=1000, help='of the pictures, in a second')
parser.add_argument('--only', choices=PROTOCOLS, help='refuse other transports')
parser.add_argument('--ts', type=int, default=0, help='1: the pictures in an MPEG-TS (RFC 2250)')
parser.add_argument('--pool', help='the group to send to, where a client asks for one')
parser.add_argument('--film', help='serve this Matroska file of H.264, to each client alone')
options = parser.parse_args()

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address(options.host)
server.set_service('0')
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(FILM.format(options.film) if options.film else
                   (TRANSPORT_STREAM if options.ts else PIPELINE).format(
                       kbits=options.kbits, group=options.group))
factory.set_shared(not options.film)
if options.only:
    factory.set_protocols(PROTOCOLS[options.only])
if options.pool:
    pool = GstRtspServer.RTSPAddressPool()
    pool.add_range(options.pool, options.pool, 5000, 5010, 4)
    factory.set_address_pool(pool)
server.get_mount_points().add_factory('/live', factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
