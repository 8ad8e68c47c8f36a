/**
 * What a Weave router knows of its network, as facts of its host. A fact that is a set holds texts, so each entry of a list is
 * one: peers (`weave_peers`), the connections among them (`weave_links`), and those of the router itself in its own words
 * (`weave_connections`).
 */

/** A router of a Weave network. */
export interface WeavePeer {
  /** Unique within the network, without blanks: `7a:c4:8b:a1:e6:ad`. */
  readonly name: string
  /** The host name of its machine, unless it was told another. */
  readonly nickName: string
}

/** A connection between two routers. */
export interface WeaveLink {
  /** Name of the peer that opened it. */
  readonly from: string
  readonly to: string
  /** Both ends have agreed; else they have not yet. */
  readonly isEstablished: boolean
  /** Since when the probe has seen it so: ISO 8601. */
  readonly since: string
}

/** A connection of the router itself, or an attempt at one. */
export interface WeaveConnection {
  /** Address of the other router: `192.168.0.12:6783`. */
  readonly address: string
  readonly isOutbound: boolean
  /** `established`, `pending`, `connecting`, `retrying`, `failed`, `waiting` */
  readonly state: string
  /** What the router says of it: `encrypted   fastdp 7a:c4:8b:a1:e6:ad(two)`. */
  readonly info: string
}

/** @param peer whose name has no blanks */
export const peerText = ({ name, nickName }: WeavePeer): string => `${name} ${nickName}`

/** @returns undefined for what {@link peerText} never makes */
export const readPeer = (text: string): WeavePeer | undefined => {
  const { name, nickName } = /^(?<name>\S+) (?<nickName>.*)$/s.exec(text)?.groups ?? {}
  return name === undefined || nickName === undefined ? undefined : { name, nickName }
}

/** @param link between peers whose names have no blanks */
export const linkText = ({ from, to, isEstablished, since }: WeaveLink): string =>
  `${from} ${to} ${isEstablished ? 'established' : 'pending'} ${since}`

/** @returns undefined for what {@link linkText} never makes */
export const readLink = (text: string): WeaveLink | undefined => {
  const [from, to, state, since, ...rest] = text.split(' ')
  if (!from || !to || since === undefined || rest.length > 0) return undefined
  if (Number.isNaN(Date.parse(since))) return undefined
  return { from, to, isEstablished: state === 'established', since }
}

/** @param connection none of whose texts has a tab */
export const connectionText = ({ address, isOutbound, state, info }: WeaveConnection): string =>
  [isOutbound ? '->' : '<-', address, state, info].join('\t')

/** @returns undefined for what {@link connectionText} never makes */
export const readConnection = (text: string): WeaveConnection | undefined => {
  const [arrow, address, state, info, ...rest] = text.split('\t')
  if (address === undefined || state === undefined || info === undefined || rest.length > 0) return undefined
  return { address, isOutbound: arrow === '->', state, info }
}
