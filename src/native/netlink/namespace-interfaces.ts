import { errorOf, type NetlinkMessage, NLMSG_DONE, NLMSG_ERROR, splitMessages } from './netlink-message.ts'
import { NetlinkError, type NetlinkSocket, openNetlink } from './netlink-socket.ts'
import {
  decodeAddress,
  decodeLink,
  decodeNamespace,
  encodeAddressQuestion,
  encodeLinkQuestion,
  encodeNamespaceQuestion,
  type Link,
} from './route-message.ts'

/** An interface of a network namespace, with its IPv4 and IPv6 addresses. */
export interface NamespaceInterface extends Omit<Link, 'index'> {
  readonly addresses: readonly string[]
}

/** Tells the interfaces of other network namespaces, as the kernel knows them. */
export interface NamespaceInterfaces {
  /**
   * The interfaces in the network namespace of a process.
   *
   * @returns undefined when the kernel does not tell: the process is gone, nothing leads from this namespace into that one, the
   *   kernel is older than 4.20, or this process lacks CAP_NET_ADMIN there
   */
  interfacesOf(pid: number): readonly NamespaceInterface[] | undefined
  close(): void
}

const NETLINK_ROUTE = 0
const MAX_SEQUENCE = 0xffff_ffff
/** Datagrams of one answer: many times what a container has. */
const MOST_DATAGRAMS = 256

const strict = (): NetlinkSocket => openNetlink(NETLINK_ROUTE, { groups: 0, isStrict: true })

/**
 * Makes {@link NamespaceInterfaces} with a netlink socket that is opened at the first question. The kernel gives the
 * namespace at the other end of a virtual pair a number, by which it tells of what is in there: so no file of a container
 * is read, and nothing is entered.
 *
 * @example
 * openNamespaceInterfaces().interfacesOf(pid) // [{ name: 'ethwe', mac: '56:27:f4:62:66:c9', addresses: ['10.32.0.7'] }]
 */
export const openNamespaceInterfaces = (open: () => NetlinkSocket = strict): NamespaceInterfaces => {
  let socket: NetlinkSocket | undefined
  let sequence = 0

  const close = (): void => {
    socket?.close()
    socket = undefined
  }

  /** @returns the messages of the answer, decoded, but for those that decode to nothing */
  const ask = <T>(
    question: (sequence: number) => Uint8Array,
    decode: (message: NetlinkMessage) => T | undefined,
  ): T[] | undefined => {
    socket ??= open()
    sequence = sequence === MAX_SEQUENCE ? 1 : sequence + 1
    socket.send(question(sequence))
    const found: T[] = []
    for (let count = 0; count < MOST_DATAGRAMS; count++) {
      const datagram = socket.receive()
      if (datagram === undefined) return found
      for (const message of splitMessages(datagram) ?? []) {
        if (message.sequence !== sequence) continue
        if (message.type === NLMSG_ERROR) return undefined
        // A dump that failed ends with the error.
        if (message.type === NLMSG_DONE) return errorOf(message.body) === 0 ? found : undefined
        const decoded = decode(message)
        if (decoded !== undefined) found.push(decoded)
      }
    }
    return undefined
  }

  return {
    interfacesOf(pid) {
      try {
        const [namespace] = ask((number) => encodeNamespaceQuestion(pid, number), decodeNamespace) ?? []
        if (namespace === undefined) return undefined
        const links = ask((number) => encodeLinkQuestion(namespace, number), decodeLink)
        const addresses = ask((number) => encodeAddressQuestion(namespace, number), decodeAddress)
        if (links === undefined || addresses === undefined) return undefined
        const byIndex = Map.groupBy(addresses, ({ index }) => index)
        return links.map(({ index, name, mac }) => ({
          ...{ name, mac },
          addresses: (byIndex.get(index) ?? []).map(({ address }) => address),
        }))
      } catch (error) {
        if (!(error instanceof NetlinkError)) throw error
        // The next question is asked on a new socket.
        close()
        return undefined
      }
    },
    close,
  }
}
