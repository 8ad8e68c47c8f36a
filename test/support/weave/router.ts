import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIPv4 } from 'node:net'
import { freePort } from '../machine/free-port.ts'
import { startWeaveDns, type WeaveDns } from './dns.ts'
import { type DnsEntry, type KnownPeer, reportOf } from './report-of.ts'

/** What a router answers instead of what it should; undefined for the right answer. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => void

/**
 * A Weave router in this process, with the HTTP API and the name server of Weave Net 2.8. Sources, all of
 * github.com/weaveworks/weave: nameserver/http.go (`/name`), ipam/http.go (`/ip`), router/http.go (`/expose`),
 * prog/weaver/http.go (`/report`), nameserver/dns.go.
 */
export interface WeaveRouter {
  /** `127.0.0.1:PORT` */
  readonly address: string
  readonly port: number
  readonly dns: WeaveDns
  readonly name: string
  peers: readonly KnownPeer[]
  readonly entries: readonly DnsEntry[]
  /** Addresses that were given to the bridge of this machine. */
  readonly exposed: readonly string[]
  /** Method and path of each request so far. */
  readonly requests: readonly string[]
  misbehaviour: Misbehaviour | undefined
  /** Adds an entry to weaveDNS, as the router of another machine, or that of a container, would. */
  add(entry: Pick<DnsEntry, 'Hostname' | 'ContainerID' | 'Address'> & Partial<DnsEntry>): void
  /** Gives an address to a container. */
  allocate(ident: string): string
  /** Ends it. Without `weavedb` it forgets the names; addresses stay claimed, as they are on its bridge. */
  stop(): Promise<void>
  /** Starts it at the same ports. */
  start(): Promise<void>
}

const OWN_NAME = '7a:c4:8b:a1:e6:ad'
const PREFIX_LENGTH = 12
const MAX_FORM_BYTES = 64 * 1024

const formOf = async (request: IncomingMessage): Promise<URLSearchParams> => {
  const url = new URL(request.url ?? '/', 'http://router')
  // Go's FormValue reads a body of POST, PUT and PATCH only, and the query of all.
  if (request.method !== 'POST' && request.method !== 'PUT') return url.searchParams
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > MAX_FORM_BYTES) throw new Error('a form that is too long')
  }
  const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded'
  return new URLSearchParams([...(isForm ? new URLSearchParams(text) : []), ...url.searchParams])
}

const fqdn = (name: string): string => (name.endsWith('.') ? name : `${name}.`)

/** How a router differs from others. */
export interface WeaveRouterOptions {
  /** Of its HTTP API; one that is free by default. */
  readonly port?: number
  readonly name?: string
  readonly peers?: readonly KnownPeer[]
  /** From which it says that it gives addresses. */
  readonly range?: string
}

export const startWeaveRouter = async (options: WeaveRouterOptions = {}): Promise<WeaveRouter> => {
  const { name = OWN_NAME, range = '10.32.0.0/12' } = options
  const { peers = [{ name, nickName: 'one', connections: [] }] } = options
  let entries: DnsEntry[] = []
  const owned = new Map<string, string[]>()
  const exposed = new Set<string>()
  const requests: string[] = []
  let last = 0
  let server: Server | undefined
  let dns: WeaveDns | undefined
  const port = options.port ?? (await freePort())
  const dnsPort = await freePort()

  const allocate = (ident: string): string => {
    const address = `10.32.0.${++last}`
    owned.set(ident, [...(owned.get(ident) ?? []), address])
    return address
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.push(`${request.method} ${request.url}`)
    if (router.misbehaviour !== undefined) return router.misbehaviour(request, response)
    const form = await formOf(request)
    const { pathname } = new URL(request.url ?? '/', 'http://router')
    const [, room, ident = '', ip = '', length = ''] = pathname.split('/').map(decodeURIComponent)
    const end = (status: number, body = ''): void => void response.writeHead(status).end(body)
    switch (`${request.method} ${room}`) {
      case 'GET report':
        if (request.headers.accept !== 'application/json')
          return end(400, 'error: must supply one format parameter\n')
        response.setHeader('content-type', 'application/json')
        return end(200, JSON.stringify(report(), null, 4))
      case 'GET ip': {
        const addresses = owned.get(ident)
        if (addresses === undefined) return end(404, '404 page not found\n')
        return end(200, addresses.map((address) => `${address}/${PREFIX_LENGTH}`).join(' '))
      }
      case 'POST ip':
        return end(200, `${owned.get(ident)?.[0] ?? allocate(ident)}/${PREFIX_LENGTH}`)
      case 'POST expose':
        if (!isIPv4(ident) || !/^\d+$/.test(ip)) return end(400, 'unable to parse ip addr')
        exposed.add(ident)
        return end(204)
      case 'PUT name': {
        if (!isIPv4(ip) || length !== '') return end(400, 'invalid IP')
        const Hostname = fqdn(form.get('fqdn') ?? '')
        const isSame = (entry: DnsEntry): boolean =>
          entry.Hostname === Hostname && entry.ContainerID === ident && entry.Address === ip
        entries = entries.filter((entry) => !isSame(entry))
        router.add({ Hostname, ContainerID: ident, Address: ip })
        return end(204)
      }
      case 'DELETE name': {
        const name = form.get('fqdn') ?? ''
        entries = entries.map((entry) =>
          entry.ContainerID === ident &&
          (ip === '' || entry.Address === ip) &&
          (name === '' || entry.Hostname === fqdn(name))
            ? { ...entry, Tombstone: 1764266400, Version: entry.Version + 1 }
            : entry,
        )
        return end(204)
      }
      default:
        return end(404, '404 page not found\n')
    }
  }

  const report = () =>
    reportOf({
      ...{ name, peers: router.peers, entries },
      nickName: router.peers.find((peer) => peer.name === name)?.nickName ?? '',
      dnsAddress: `127.0.0.1:${dnsPort}`,
      activeIps: [...owned.values()].flat().length,
      range,
    })

  const lookUp = (name: string): string[] =>
    entries.flatMap(({ Hostname, Address, Tombstone }) =>
      Tombstone === 0 && Hostname.toLowerCase() === fqdn(name) ? [Address] : [],
    )

  const router: WeaveRouter = {
    get address() {
      return `127.0.0.1:${port}`
    },
    get port() {
      return port
    },
    get dns() {
      if (dns === undefined) throw new Error('the router does not run')
      return dns
    },
    name,
    peers,
    get entries() {
      return entries
    },
    get exposed() {
      return [...exposed]
    },
    requests,
    misbehaviour: undefined,
    add: (entry) => {
      entries = [...entries, { Origin: name, Version: 0, Tombstone: 0, ...entry }]
    },
    allocate,
    async stop() {
      entries = []
      server?.closeAllConnections()
      server?.close()
      await dns?.stop()
      server = undefined
      dns = undefined
    },
    async start() {
      dns = await startWeaveDns(dnsPort, lookUp)
      server = createServer((request, response) => void answer(request, response))
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
  }
  await router.start()
  return router
}
