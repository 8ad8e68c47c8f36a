import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Chunk } from '../../../../src/channel/stream.ts'
import { terminalOutput } from '../../../../src/probe/docker/controls/streams/terminal-output.ts'

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

/** Both ends of a real connection. */
const connected = async (): Promise<readonly [Socket, Socket]> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const here = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [there] = (await once(server, 'connection')) as [Socket]
  there.setNoDelay(true)
  open.push(server, { close: () => here.destroy() }, { close: () => there.destroy() })
  return [here, there]
}

test('what a program writes in tiny pieces is passed on in few, in order, and all of it', async () => {
  const [here, there] = await connected()
  const lines = Array.from({ length: 2000 }, (_, i) => `line ${i}\r\n`)
  const write = async (): Promise<void> => {
    for (const line of lines) await new Promise((resolve) => there.write(line, resolve))
    there.end()
  }
  const written = write()
  const chunks: Chunk[] = []
  for await (const chunk of terminalOutput(here)) chunks.push(chunk)
  await written
  expect(new Set(chunks.map(({ lane }) => lane))).toEqual(new Set(['out']))
  expect(Buffer.concat(chunks.map(({ bytes }) => bytes)).toString()).toBe(lines.join(''))
  expect(chunks.length).toBeLessThan(lines.length / 4)
})

test('a source is not read ahead of whoever takes its output', async () => {
  const [here, there] = await connected()
  const output = terminalOutput(here)
  there.write('first')
  expect(Buffer.from((await output.next()).value.bytes).toString()).toBe('first')
  let sent = 0
  const piece = Buffer.alloc(64 * 1024)
  while (there.write(piece, () => (sent += piece.length)) && sent < 64 * 1024 * 1024)
    await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(here.readableLength).toBeLessThanOrEqual(2 * here.readableHighWaterMark)
  await output.return(undefined)
})
