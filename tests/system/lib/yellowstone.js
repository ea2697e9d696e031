// Plays a stream with npm's yellowstone (RTSP over TCP) until it has seen enough RTP packets;
// prints what it saw as JSON. usage: node yellowstone.js URL PACKETS
const path = require('path');
const { RtspClient } = require(path.join(__dirname, '../node_modules/yellowstone'));

const [url, wanted] = [process.argv[2], Number(process.argv[3])];
const client = new RtspClient();
const ids = [];

client.on('data', (channel, data, packet) => {
  if (channel !== 0) return;
  ids.push(packet.id);
  if (ids.length < wanted) return;
  let breaks = 0;
  for (let i = 1; i < ids.length; i++) if (((ids[i] - ids[i - 1]) & 0xffff) !== 1) breaks++;
  console.log(JSON.stringify({ packets: ids.length, breaks }));
  process.exit(0);
});
client.connect(url).then(() => client.play()).catch((error) => {
  console.error(error);
  process.exit(1);
});
