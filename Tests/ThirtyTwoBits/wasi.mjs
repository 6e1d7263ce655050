// Runs a WebAssembly module that reads standard input and writes standard output, and uses nothing else of WASI.
import { readFileSync, readSync, writeSync } from "node:fs";
import { exit } from "node:process";

let memory;

function transfer(call, descriptor, vectors, count, result) {
    const view = new DataView(memory.buffer);
    let total = 0;
    for (let index = 0; index < count; index++) {
        const base = view.getUint32(vectors + 8 * index, true);
        const length = view.getUint32(vectors + 8 * index + 4, true);
        const bytes = new Uint8Array(memory.buffer, base, length);
        let transferred = 0;
        try {
            transferred = length === 0 ? 0 : call(descriptor, bytes);
        } catch (error) {
            if (error.code !== "EOF") throw error;
        }
        total += transferred;
        if (transferred < length) break;
    }
    view.setUint32(result, total, true);
    return 0;
}

const wasi = {
    fd_read: (...rest) => transfer(readSync, ...rest),
    fd_write: (...rest) => transfer(writeSync, ...rest),
};

const module = await WebAssembly.compile(readFileSync(process.argv[2]));
const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi });
memory = instance.exports.memory;
try {
    instance.exports._start();
} catch (error) {
    console.error(error.stack);
    exit(1);
}
