import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import {
  createLocalPeers,
  type LocalPeersOptions,
  type Peer,
} from '../../../../src/app/access/peer/local-peers.ts'
import { createLogger } from '../../../../src/log/log.ts'
import type { SocketName } from '../../../../src/native/netlink/socket-diag.ts'
import type { SocketOwner } from '../../../../src/native/netlink/socket-owner.ts'
import { openSocketOwners } from '../../../../src/native/netlink/socket-owner.ts'
import { createUsers } from '../../../../src/users/users.ts'

const own = process.getuid?.() ?? 0

const logged: string[] = []
const peersWith = (change: Partial<LocalPeersOptions>) =>
  createLocalPeers({
    owners: openSocketOwners(),
    users: createUsers('/proc', () => performance.now()),
    viewers: new Set([own]),
    overflowUid: undefined,
    log: createLogger({ format: 'text', debug: false, write: (line) => logged.push(line) }),
    ...change,
  })

const kernelThatSays = (owner: SocketOwner, whyNot?: string) => {
  const asked: SocketName[] = []
  const ownerOf = (name: SocketName): SocketOwner => {
    asked.push(name)
    return owner
  }
  return { asked, ownerOf, whyNot: () => whyNot, close: () => {} }
}

/** A server that answers who asks, and its port. */
const serve = async (
  options: Partial<LocalPeersOptions>,
  make: (listener: RequestListener) => Server = createServer,
  host = '::',
) => {
  const peers = peersWith(options)
  const server = make((request, response) => response.end(JSON.stringify(peers.of(request.socket))))
  peers.watch(server)
  server.listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
    peers.stop()
  })
  return (server.address() as AddressInfo).port
}

const get = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

/** Sends a request as often as told on one connection; gives what was answered to each. */
const askOn = async (socket: Socket, times = 1): Promise<Peer[]> => {
  const answers: Peer[] = []
  for (let count = 0; count < times; count++) {
    socket.write(get)
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    answers.push(
      JSON.parse(
        String(chunk)
          .split('\r\n\r\n')[1]
          ?.replace(/^\w+\r\n|\r\n0$/g, '') ?? '',
      ),
    )
  }
  socket.destroy()
  return answers
}

it.each(['127.0.0.1', '::1'])('the user at the other end of %s is named', async (host) => {
  const name = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim()
  const port = await serve({})
  expect(await askOn(connect(port, host))).toEqual([{ uid: own, name, mayView: true }])
})

it('the user who connects from an address of the machine’s own is named, too', async () => {
  const external = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ address, family }) => family === 'IPv4' && !address.startsWith('127.'))
  // A machine without a network has none but loopback.
  const host = external?.address ?? '127.0.0.9'
  const port = await serve({})
  expect(await askOn(connect({ port, host, localAddress: host }))).toEqual([
    expect.objectContaining({ uid: own }),
  ])
})

it('another user is named, and may not see', async () => {
  const port = await serve({ owners: kernelThatSays({ uid: 65_534 }) })
  expect(await askOn(connect(port))).toEqual([{ uid: 65_534, name: 'nobody', mayView: false }])
})

it('a user whom no file lists has an id only', async () => {
  const port = await serve({ owners: kernelThatSays({ uid: 3_999_999_999 }) })
  expect(await askOn(connect(port))).toEqual([{ uid: 3_999_999_999, mayView: false }])
})

it('the kernel is asked once for a connection, before its first request', async () => {
  const kernel = kernelThatSays({ uid: own })
  const port = await serve({ owners: kernel })
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  await expect.poll(() => kernel.asked.length).toBe(1)
  expect(kernel.asked[0]?.own.port).toBe(socket.localPort)
  expect(kernel.asked[0]?.other.port).toBe(port)
  expect(await askOn(socket, 3)).toHaveLength(3)
  expect(kernel.asked).toHaveLength(1)
})

it('over TLS it is the same', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'scope-tls-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const [key, cert] = [join(dir, 'key'), join(dir, 'cert')]
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  execFileSync('openssl', [...request, '-subj', '/CN=localhost', '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  const tls = { key: readFileSync(key), cert: readFileSync(cert) }
  const port = await serve({}, (listener) => createTlsServer(tls, listener))
  for (const host of ['127.0.0.1', '::1']) {
    const socket = connectTls({ port, host, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    expect(await askOn(socket)).toEqual([expect.objectContaining({ uid: own, mayView: true })])
  }
})

it('where the kernel cannot be asked, nobody may see, and it says why from the start', async () => {
  const port = await serve({ owners: kernelThatSays({ why: 'it is gone' }, 'nobody may ask the kernel') })
  expect(await askOn(connect(port))).toEqual([{ why: 'nobody may ask the kernel' }])
  expect(logged.join()).toMatch(/everybody on this machine is asked to sign in.*nobody may ask the kernel/)
})

it('users of another user namespace, who all have the same id, are not told apart', async () => {
  const owners = kernelThatSays({ uid: 65_534 })
  const port = await serve({ owners, overflowUid: 65_534, viewers: new Set([65_534]) })
  expect(await askOn(connect(port))).toEqual([{ why: expect.stringContaining('another user namespace') }])
})

it('a connection that was not watched is nobody’s', () => {
  expect(peersWith({}).of(connect(1).on('error', () => {}))).toEqual({ why: expect.any(String) })
})
