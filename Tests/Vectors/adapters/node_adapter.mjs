#!/usr/bin/env node
// The adapter for Node's HTTP server, which reads each input as a request over loopback.

import { createServer } from "node:http";
import { connect } from "node:net";
import { createInterface } from "node:readline";

const HEAD = "POST / HTTP/1.1\r\nHost: example\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
const write = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");

// What the server finds out about the current input. Each connection keeps its own, because events may be late.
let current;

const server = createServer((request, response) => {
  const { outcome } = request.socket;
  // What follows a complete body is another request, or an invalid one. It is not looked at.
  if (outcome.request) return;
  outcome.request = request;
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("error", () => {});
  request.on("end", () => response.end());
  request.on("close", () => {
    if (request.complete) {
      const trailers = [];
      for (let index = 0; index < request.rawTrailers.length; index += 2) {
        trailers.push(request.rawTrailers.slice(index, index + 2));
      }
      outcome.answer = { status: "complete", body: Buffer.concat(pieces).toString("base64"), trailers };
    }
    outcome.requestIsClosed = true;
    outcome.settle();
  });
});

server.on("connection", (socket) => {
  const outcome = current;
  socket.outcome = outcome;
  socket.on("close", () => {
    outcome.socketIsClosed = true;
    outcome.settle();
  });
});

server.on("clientError", (error, socket) => {
  socket.outcome.error ??= error.code;
  // A request that was complete before the error is still read.
  setImmediate(() => socket.destroy());
});

function decode(data) {
  return new Promise((resolve) => {
    const outcome = {};
    current = outcome;
    outcome.settle = () => {
      if (!outcome.socketIsClosed || (outcome.request && !outcome.requestIsClosed)) return;
      const isError = outcome.error && outcome.error !== "HPE_INVALID_EOF_STATE";
      resolve(outcome.answer ?? (isError ? { status: "error", error: outcome.error } : { status: "incomplete" }));
    };
    const socket = connect(server.address().port, "127.0.0.1");
    socket.on("error", () => {});
    socket.on("data", () => {});
    socket.write(HEAD);
    socket.end(data);
  });
}

server.listen(0, "127.0.0.1", async () => {
  write({ name: "Node", version: `${process.versions.node}, llhttp ${process.versions.llhttp}`, formats: ["chunked"] });
  for await (const line of createInterface({ input: process.stdin })) {
    write(await decode(Buffer.from(JSON.parse(line).input, "base64")));
  }
  process.exit(0);
});
