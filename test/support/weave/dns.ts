import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import {
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  type Packet,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet'

/** How a weaveDNS behaves. `garbage` answers what is no DNS message, `failing` SERVFAIL, `silent` nothing. */
export type DnsBehaviour = 'right' | 'garbage' | 'failing' | 'silent'

/** A weaveDNS on one port, by UDP and TCP. */
export interface WeaveDns {
  readonly port: number
  readonly asked: { udp: number; tcp: number }
  behaviour: DnsBehaviour
  stop(): Promise<void>
}

const NXDOMAIN = 3
const SERVFAIL = 2
/** `DefaultTTL` of nameserver/dns.go. */
const TTL_SECONDS = 1
/** `minUDPSize` there; the size that the question allows (EDNS) counts more. */
const UDP_BYTES = 512

/** The answer of `handleLocal` in nameserver/dns.go of Weave Net, without its limit on size. */
const answerTo = (question: DecodedPacket, lookUp: (name: string) => readonly string[]): Packet => {
  const [asked] = question.questions ?? []
  const name = asked?.name.toLowerCase() ?? ''
  const addresses = asked === undefined ? [] : lookUp(name)
  const flags = RECURSION_AVAILABLE | ((question.flags ?? 0) & RECURSION_DESIRED)
  const common = { type: 'response' as const, id: question.id ?? 0, questions: question.questions ?? [] }
  if (addresses.length === 0) return { ...common, flags: flags | NXDOMAIN }
  return {
    ...common,
    flags: flags | AUTHORITATIVE_ANSWER,
    answers:
      asked?.type === 'A'
        ? addresses.map((data) => ({ type: 'A', name: asked.name, ttl: TTL_SECONDS, data }))
        : [],
  }
}

/** Cuts an answer to the size that the question allows, as `makeResponse` does. */
const fitted = (answer: Packet, question: DecodedPacket): Buffer => {
  const edns = question.additionals?.find(({ type }) => type === 'OPT') as
    | { readonly udpPayloadSize?: number }
    | undefined
  const bytes = edns?.udpPayloadSize ?? UDP_BYTES
  const whole = encode(answer)
  if (whole.length <= bytes) return whole
  const cut = { ...answer, flags: (answer.flags ?? 0) | TRUNCATED_RESPONSE }
  return encode({ ...cut, answers: answer.answers?.slice(0, 10) ?? [] })
}

/**
 * @param port 0 picks one
 * @param lookUp the addresses of a name in lower case, without a dot at its end
 */
export const startWeaveDns = async (
  port: number,
  lookUp: (name: string) => readonly string[],
): Promise<WeaveDns> => {
  const udp = createSocket('udp4')
  const sockets = new Set<Socket>()
  const dns: WeaveDns = {
    get port() {
      return (tcp.address() as AddressInfo).port
    },
    asked: { udp: 0, tcp: 0 },
    behaviour: 'right',
    async stop() {
      udp.close()
      for (const socket of sockets) socket.destroy()
      tcp.close()
      await once(tcp, 'close')
    },
  }
  const reply = (message: Buffer, protocol: 'udp' | 'tcp'): Buffer | undefined => {
    dns.asked[protocol] += 1
    const question = decode(message)
    const answer = answerTo(question, lookUp)
    switch (dns.behaviour) {
      case 'silent':
        return undefined
      case 'garbage':
        return Buffer.from(`${message.toString('hex').slice(0, 4)}no DNS`)
      case 'failing':
        return encode({ ...answer, answers: [], flags: RECURSION_AVAILABLE | SERVFAIL })
      case 'right':
        return protocol === 'udp' ? fitted(answer, question) : encode(answer)
    }
  }
  const tcp = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let held = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk])
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const size = held.readUInt16BE(0)
        const answer = reply(held.subarray(2, 2 + size), 'tcp')
        held = held.subarray(2 + size)
        if (answer === undefined) continue
        const length = Buffer.alloc(2)
        length.writeUInt16BE(answer.length)
        socket.write(Buffer.concat([length, answer]))
      }
    })
  })
  tcp.listen(port, '127.0.0.1')
  await once(tcp, 'listening')
  udp.on('message', (message, { port: from, address }) => {
    const answer = reply(message, 'udp')
    if (answer !== undefined) udp.send(answer, from, address)
  })
  udp.bind(dns.port, '127.0.0.1')
  await once(udp, 'listening')
  return dns
}
