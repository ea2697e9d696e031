// Plays a stream with npm's yellowstone (RTSP over TCP) until it has seen enough access units;
// prints what it saw as JSON. usage: node yellowstone.js URL PICTURES
const path = require('path');
const { RtspClient } = require(path.join(__dirname, '../node_modules/yellowstone'));

const [url, wanted] = [process.argv[2], Number(process.argv[3])];
const client = new RtspClient();
const breaks = [];
let pictures = 0;
let packets = 0;
let last = null;

client.on('data', (channel, data, packet) => {
  if (channel !== 0) return;
  packets++;
  if (last !== null && ((packet.id - last) & 0xffff) !== 1) breaks.push(`${last} ${packet.id}`);
  last = packet.id;
  // RFC 6184, 5.1: the marker ends an access unit.
  pictures += packet.marker;
  if (pictures < wanted) return;
  console.log(JSON.stringify({ pictures, packets, breaks }));
  process.exit(0);
});
client.connect(url).then(() => client.play()).catch((error) => {
  console.error(error);
  process.exit(1);
});
