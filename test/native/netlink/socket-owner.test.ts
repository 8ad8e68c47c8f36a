import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { constants } from 'node:os'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { NLMSG_ERROR } from '../../../src/native/netlink/netlink-message.ts'
import { NetlinkError, type NetlinkSocket } from '../../../src/native/netlink/netlink-socket.ts'
import { endsOf, SOCK_DIAG_BY_FAMILY, type SocketName } from '../../../src/native/netlink/socket-diag.ts'
import {
  judgeOwner,
  openSocketOwners,
  type SocketOwner,
  whyNoOwner,
} from '../../../src/native/netlink/socket-owner.ts'
import { type Program, startProgram } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'

const { ENOENT, EPERM, EACCES, EAFNOSUPPORT, EPROTONOSUPPORT, EMFILE, EIO } = constants.errno
const NOBODY = 65_534
const DAEMON = 1
/** Not the one of somebody's home, which other users may not run. */
const python = '/usr/bin/python3'

const name: SocketName = {
  own: { address: '127.0.0.1', port: 44_644 },
  other: { address: '127.0.0.1', port: 4040 },
}

const answered = (change: { state?: number; uid?: number; inode?: number; of?: SocketName } = {}): Buffer => {
  const { state = 1, uid = 1000, inode = 12_345, of = name } = change
  const body = Buffer.alloc(72)
  const ends = endsOf(of)
  body.set([2, state], 0)
  body.set(ends.subarray(0, 2), 4)
  body.set(ends.subarray(6, 8), 6)
  body.set(ends.subarray(2, 6), 8)
  body.set(ends.subarray(8, 12), 24)
  body.writeUInt32LE(uid, 64)
  body.writeUInt32LE(inode, 68)
  return body
}

const failed = (errno: number): Buffer => {
  const body = Buffer.alloc(20)
  body.writeInt32LE(-errno, 0)
  return body
}

const nobodys = { why: expect.stringMatching(/^its client has closed the connection/) }

describe('of what the kernel answers', () => {
  it.each<[string, number, Buffer, unknown]>([
    ['a connection counts', SOCK_DIAG_BY_FAMILY, answered(), { uid: 1000 }],
    ['one of root counts', SOCK_DIAG_BY_FAMILY, answered({ uid: 0 }), { uid: 0 }],
    ['one half-closed counts', SOCK_DIAG_BY_FAMILY, answered({ state: 4 }), { uid: 1000 }],
    ['so does one whose half-close is confirmed', SOCK_DIAG_BY_FAMILY, answered({ state: 5 }), { uid: 1000 }],
    ['one that nobody holds is nobody’s', SOCK_DIAG_BY_FAMILY, answered({ uid: 0, inode: 0 }), nobodys],
    [
      'so is one half-closed that nobody holds',
      SOCK_DIAG_BY_FAMILY,
      answered({ state: 5, uid: 0, inode: 0 }),
      nobodys,
    ],
    ['TIME_WAIT is not', SOCK_DIAG_BY_FAMILY, answered({ state: 6, uid: 0, inode: 0 }), nobodys],
    ['TIME_WAIT is not, whatever its inode', SOCK_DIAG_BY_FAMILY, answered({ state: 6 }), nobodys],
    ['SYN_SENT is not', SOCK_DIAG_BY_FAMILY, answered({ state: 2 }), nobodys],
    ['a listener is not', SOCK_DIAG_BY_FAMILY, answered({ state: 10 }), nobodys],
    [
      'another socket is not',
      SOCK_DIAG_BY_FAMILY,
      answered({ of: { own: name.other, other: name.own } }),
      nobodys,
    ],
    ['none is not', NLMSG_ERROR, failed(ENOENT), nobodys],
    [
      'an answer cut off is not',
      SOCK_DIAG_BY_FAMILY,
      answered().subarray(0, 71),
      { why: expect.any(String) },
    ],
    ['an answer of another type is not', 21, answered(), { why: expect.any(String) }],
    ['a refusal is told', NLMSG_ERROR, failed(EPERM), { why: expect.stringContaining('seccomp') }],
  ])('%s', (_name, type, body, expected) => {
    expect(judgeOwner(name, { type, sequence: 1, body })).toEqual(expected)
  })
})

it.each([
  [0, 'glibc'],
  [EPERM, 'seccomp'],
  [EACCES, 'SELinux'],
  [EAFNOSUPPORT, 'AF_NETLINK'],
  [EPROTONOSUPPORT, 'tcp_diag'],
  [EMFILE, 'too many files'],
  [EIO, `error ${EIO}`],
])('error %i is told in plain words: %s', (errno, words) => {
  expect(whyNoOwner(errno)).toContain(words)
})

describe('a socket to the kernel', () => {
  const message = (sequence: number, body: Buffer): Buffer => {
    const header = Buffer.alloc(16)
    header.writeUInt32LE(16 + body.length, 0)
    header.writeUInt16LE(SOCK_DIAG_BY_FAMILY, 4)
    header.writeUInt32LE(sequence, 8)
    return Buffer.concat([header, body])
  }

  it('that does not answer says so, and is not asked again', () => {
    let opened = 0
    const silent: NetlinkSocket = { send: () => {}, receive: () => undefined, close: () => {} }
    const owners = openSocketOwners(() => {
      opened += 1
      return silent
    })
    expect(owners.ownerOf(name)).toEqual({ why: expect.stringContaining('error') })
    expect(owners.ownerOf(name)).toEqual({ why: expect.stringContaining('error') })
    expect(opened).toBe(2)
  })

  it('that cannot be opened says why', () => {
    const owners = openSocketOwners(() => {
      throw new NetlinkError('no', EAFNOSUPPORT)
    })
    expect(owners.ownerOf(name)).toEqual({ why: expect.stringContaining('AF_NETLINK') })
    expect(owners.whyNot(name)).toContain('AF_NETLINK')
  })

  it('the answer to an earlier question is not taken for that to this one', () => {
    const queue: Buffer[] = [message(999, answered({ uid: 0 }))]
    const owners = openSocketOwners(() => ({
      send: (request) => {
        queue.push(message(Buffer.from(request).readUInt32LE(8), answered({ uid: 33 })))
      },
      receive: () => queue.shift(),
      close: () => {},
    }))
    expect(owners.ownerOf(name)).toEqual({ uid: 33 })
  })
})

/** Runs Python as a user, with a function `to(host)` that makes a connection. */
const pythonCode = (port: number, code: string): string[] => [
  '-c',
  `import socket, struct, time
def to(host):
  s = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET)
  s.connect((host, ${port}))
  return s
${code}`,
]

describeWith(['root'], 'of the real kernel', () => {
  const owners = openSocketOwners()
  let server: Server
  let port: number
  const told: (SocketOwner | 'reset')[] = []
  const sockets = new Set<Socket>()

  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      const { remoteAddress, remotePort = 0, localAddress = '', localPort = 0 } = socket
      told.push(
        remoteAddress === undefined
          ? 'reset'
          : owners.ownerOf({
              own: { address: remoteAddress, port: remotePort },
              other: { address: localAddress, port: localPort },
            }),
      )
      server.emit('told')
    })
    server.listen(0, '::')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
    owners.close()
  })

  const next = async (): Promise<SocketOwner | 'reset' | undefined> => {
    if (told.length === 0) await once(server, 'told')
    return told.shift()
  }

  /** A client that stays. */
  const stays = (uid: number, code: string): void => {
    const client = spawn(python, pythonCode(port, `${code}\ntime.sleep(60)`), { uid, stdio: 'inherit' })
    onTestFinished(() => void client.kill('SIGKILL'))
  }

  it.each([
    ['IPv4', `s = to('127.0.0.1')`],
    ['IPv4 at another address of loopback', `s = to('127.3.2.1')`],
    ['IPv6', `s = to('::1')`],
    ['IPv4 on an IPv6 socket', `s = to('::ffff:127.0.0.1')`],
    ['after a half-close', `s = to('127.0.0.1'); s.send(b'x'); s.shutdown(socket.SHUT_WR)`],
    ['IPv6 after a half-close', `s = to('::1'); s.send(b'x'); s.shutdown(socket.SHUT_WR)`],
  ])('%s: the client’s user is named', async (_name, code) => {
    for (const uid of [0, NOBODY, DAEMON, 4711]) {
      stays(uid, code)
      expect(await next()).toEqual({ uid })
    }
  })

  it('a client bound to the loopback interface is found', async () => {
    stays(
      0,
      `s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'lo'); s.connect(('127.0.0.1', ${port}))`,
    )
    expect(await next()).toEqual({ uid: 0 })
  })

  // The client runs to its end before the server gets to accept.
  it.each([
    ['IPv4', `s = to('127.0.0.1'); s.send(b'x'); s.close()`],
    ['IPv6', `s = to('::1'); s.send(b'x'); s.close()`],
    ['IPv4 on an IPv6 socket', `s = to('::ffff:127.0.0.1'); s.send(b'x'); s.close()`],
    ['half-closed before', `s = to('127.0.0.1'); s.send(b'x'); s.shutdown(socket.SHUT_WR); s.close()`],
  ])('%s: a client that closed after it sent is nobody, least of all root', async (_name, code) => {
    for (const uid of [0, NOBODY]) {
      expect(spawnSync(python, pythonCode(port, code), { uid, stdio: 'inherit' }).status).toBe(0)
      expect(await next()).toEqual(nobodys)
    }
  })

  it('a client that reset the connection is nobody', async () => {
    const reset = `s = to('127.0.0.1'); s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); s.close()`
    expect(spawnSync(python, pythonCode(port, reset), { uid: NOBODY, stdio: 'inherit' }).status).toBe(0)
    expect(await next()).not.toHaveProperty('uid')
  })

  it.each(['127.0.0.1', '::1'])('a listener of root at %s is not taken for a connection', (address) => {
    const end = { address, port }
    expect(owners.ownerOf({ own: end, other: { address, port: 1 } })).toEqual(nobodys)
    expect(owners.whyNot({ own: end, other: { address, port: 1 } })).toBeUndefined()
  })

  it('a kernel that knows no sockets is told from one that does not know this one', () => {
    const nothing = { address: '127.0.0.1', port: 1 }
    expect(owners.whyNot({ own: nothing, other: nothing })).toContain('tcp_diag')
  })
})

describeWith(['root'], 'without any privileges', () => {
  let program: Program
  beforeAll(() => {
    const file = new URL('./owner-program.ts', import.meta.url).pathname
    const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs']
    program = startProgram([...asNobody, '--bounding-set=-all', process.execPath, file])
  })
  afterAll(() => program.kill())

  it('the users of all clients are named', async () => {
    const { port, status } = JSON.parse(await program.ask(''))
    expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m)
    expect(status).toMatch(/^CapEff:\t0+$/m)
    for (const [uid, host] of [
      [0, '127.0.0.1'],
      [DAEMON, '::1'],
      [NOBODY, '127.0.0.1'],
    ] as const) {
      const client = spawn(python, pythonCode(port, `s = to('${host}')\ntime.sleep(60)`), { uid })
      onTestFinished(() => void client.kill('SIGKILL'))
      expect(JSON.parse(await program.ask(''))).toEqual({ uid })
    }
  })
})

it('where netlink sockets are not allowed, it says so', async () => {
  const [filter, file] = ['./without-netlink.py', './owner-program.ts'].map(
    (name) => new URL(name, import.meta.url).pathname,
  )
  const program = startProgram([python, filter ?? '', process.execPath, file ?? ''])
  onTestFinished(() => program.kill())
  const { port } = JSON.parse(await program.ask(''))
  const client = connect(port, '127.0.0.1').on('error', () => {})
  onTestFinished(() => void client.destroy())
  expect(JSON.parse(await program.ask(''))).toEqual({ why: expect.stringContaining('AF_NETLINK') })
})
