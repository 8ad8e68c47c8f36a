import { execFileSync } from 'node:child_process'
import { named } from '../../run/run.ts'
import { type Program, startProgram } from '../program.ts'

/** A program that makes real connections. */
export type TrafficProcess = Program

/**
 * An echo server on a free port. It prints the port once; `close` closes all connections that it accepted, `reset`
 * resets them.
 */
const SERVER = `
const net = require('node:net')
const open = new Set()
const server = net.createServer((s) => { open.add(s); s.on('error', () => {}); s.on('data', (d) => s.write(d)); s.on('end', () => s.end()); s.on('close', () => open.delete(s)) })
server.listen(Number(process.argv[2] ?? 0), process.argv[1], () => console.log(server.address().port))
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => { for (const s of open) line === 'reset' ? s.resetAndDestroy() : s.destroy(); console.log('closed') }).on('close', () => process.exit(0))
`

/**
 * A client with these commands: `open HOST PORT` connects and keeps the connection, `send BYTES` writes to all
 * connections and waits for the echo, `close` ends all, `reset` resets all, `burst N HOST PORT,PORT…` makes N short
 * connections one after the other to the ports in turn, `fail HOST PORT` tries to connect and prints the error,
 * `leave HOST PORT MS` gives up connecting after that time, `say TEXT` writes a text to the newest connection and
 * prints the first data that comes back (both URL-encoded).
 */
const CLIENT = `
const net = require('node:net')
const open = []
const connect = (host, port) => new Promise((ok, no) => { const s = net.connect(Number(port), host, () => ok(s)); s.on('error', no) })
const commands = {
  open: async (host, port) => { open.push(await connect(host, port)); return 'open' },
  send: (bytes) => Promise.all(open.map((s) => new Promise((ok) => { let left = Number(bytes); s.on('data', (d) => { left -= d.length; if (left <= 0) ok() }); s.write(Buffer.alloc(left)) }))).then(() => 'sent'),
  close: () => Promise.all(open.splice(0).map((s) => new Promise((ok) => { s.on('close', ok); s.end(); s.resume() }))).then(() => 'closed'),
  reset: () => Promise.all(open.splice(0).map((s) => new Promise((ok) => { s.on('close', ok); s.resetAndDestroy() }))).then(() => 'reset'),
  burst: async (count, host, ports) => { const list = ports.split(','); for (let i = 0; i < Number(count); i++) { const s = await connect(host, list[i % list.length]); await new Promise((ok) => { s.on('close', ok); s.end(); s.resume() }) } return 'done' },
  leave: (host, port, ms) => new Promise((ok) => { const s = net.connect(Number(port), host); s.on('error', (e) => ok(e.code)); setTimeout(() => { s.destroy(); ok('left') }, Number(ms)) }),
  say: (text) => new Promise((ok) => { const s = open.at(-1); s.once('data', (d) => ok(encodeURIComponent(d))); s.write(decodeURIComponent(text)) }),
  fail: (host, port) => connect(host, port).then(() => 'connected', (e) => e.code),
}
require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => { const [name, ...args] = line.split(' '); console.log(await commands[name](...args)) }).on('close', () => process.exit(0))
`

const node = (script: string, ...args: readonly string[]): string[] => [
  process.execPath,
  '-e',
  script,
  ...args,
]

const optionsFor = (netns: string | undefined) => (netns === undefined ? {} : { netns })

/** Command of {@link startServer}'s program. */
export const serverCommand = (host: string, port = 0): string[] => node(SERVER, host, String(port))

/** Command of {@link startClient}'s program. */
export const clientCommand = (): string[] => node(CLIENT)

/**
 * A TCP server that echoes.
 *
 * @param netns name of a network namespace to run in @param port one of its choice by default
 */
export const startServer = async (
  host = '127.0.0.1',
  netns?: string,
  port = 0,
): Promise<TrafficProcess & { readonly port: number }> => {
  const server = startProgram(serverCommand(host, port), optionsFor(netns))
  return { ...server, port: Number(await server.ask('')) }
}

/** A TCP client that does as told. */
export const startClient = async (netns?: string): Promise<TrafficProcess> =>
  startProgram(clientCommand(), optionsFor(netns))

/**
 * A network namespace with its loopback up.
 *
 * @param label part of its name
 */
export const makeNetns = (label: string): { readonly name: string; remove(): void } => {
  const name = named(label)
  execFileSync('ip', ['netns', 'add', name])
  execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up'])
  return { name, remove: () => execFileSync('ip', ['netns', 'del', name]) }
}
