// Fetches a URL with Node's own HTTP client and prints {"body": base64, "trailers": [name, value, ...]}.
//
//     node chunked_client.mjs URL
import { get } from 'node:http';

get(process.argv[2], (response) => {
  const pieces = [];
  response.on('data', (piece) => pieces.push(piece));
  response.on('end', () => {
    const body = Buffer.concat(pieces).toString('base64');
    console.log(JSON.stringify({ body, trailers: response.rawTrailers }));
  });
});
setTimeout(() => process.exit(1), 60_000).unref();
