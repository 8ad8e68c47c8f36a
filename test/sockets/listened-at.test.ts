import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isListenedAt } from '../../src/sockets/listened-at.ts'
import { freePort } from '../support/machine/free-port.ts'

it.each(['127.0.0.1', '::1', '0.0.0.0', '::'])(
  'tells that somebody listens at %s, and when no more',
  async (host) => {
    const port = await freePort()
    expect(isListenedAt(port)).toBe(false)
    const server = createServer((socket) => socket.resume()).listen(port, host)
    await once(server, 'listening')
    expect(isListenedAt(port)).toBe(true)
    server.close()
    await once(server, 'close')
    expect(isListenedAt(port)).toBe(false)
  },
)

it('takes nobody who is connected from a port for somebody who listens there', async () => {
  const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect({ port: (server.address() as { port: number }).port, host: '127.0.0.1' })
  await once(client, 'connect')
  expect(isListenedAt(client.localPort ?? 0)).toBe(false)
  client.destroy()
  server.close()
})

const HEADING =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const line = (at: number, port: string, state: string) =>
  `${String(at).padStart(4)}: 0100007F:${port} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0\n`

it('finds one of thousands, and reads no connections', () => {
  const root = mkdtempSync(join(tmpdir(), 'scope-net-'))
  mkdirSync(join(root, 'self/net'), { recursive: true })
  const listeners = Array.from({ length: 5000 }, (_, i) =>
    line(i, (i + 1).toString(16).toUpperCase().padStart(4, '0'), '0A'),
  )
  writeFileSync(
    join(root, 'self/net/tcp'),
    HEADING + listeners.join('') + line(5000, 'FFFF', '01') + line(5001, 'FFFE', '0A'),
  )
  expect([4999, 5000, 5001, 0xffff, 0xfffe].map((port) => isListenedAt(port, root))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
  rmSync(root, { recursive: true })
})

it('tells nothing where there is no such file', () => {
  expect(isListenedAt(80, '/nowhere')).toBeUndefined()
})
