// Reads a streamed response with Node, and prints status, first piece and body as JSON. When the first piece has come it
// makes a file of the name HOLD, for which the function waits.
//
// lambda_client.mjs http|fetch URL HOLD
import fs from "node:fs";
import http from "node:http";

const [how, url, hold] = process.argv.slice(2);
let first = null;
let body = "";
const take = (piece) => {
    body += Buffer.from(piece).toString("latin1");
    if (first !== null) return;
    first = body;
    fs.writeFileSync(hold, "");
};
let status;
if (how === "fetch") {
    const response = await fetch(url);
    status = response.status;
    for await (const piece of response.body) take(piece);
} else {
    status = await new Promise((resolve, reject) => {
        http.get(url, (response) => {
            response.on("data", take);
            response.on("end", () => resolve(response.statusCode));
            response.on("error", reject);
        }).on("error", reject);
    });
}
console.log(JSON.stringify({ status, first, body }));
