// Serves the file given, in chunks of several sizes and with a trailer, by Node's own HTTP server.
//
//     node chunked_server.mjs FILE
//
// Prints the port it listens on, on loopback. Ends when its standard input does, and after a minute.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

const body = readFileSync(process.argv[2]);
const server = createServer((request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', Trailer: 'X-Length' });
  for (let start = 0, size = 1; start < body.length; size = (size * 3) % 20_011) {
    response.write(body.subarray(start, start + size));
    start += size;
  }
  response.addTrailers({ 'X-Length': String(body.length) });
  response.end();
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit());
setTimeout(() => process.exit(), 60_000);
