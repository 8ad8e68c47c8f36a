import { ipVersion } from '../../../report/address/ip-version.ts'
import type { Pattern } from './pattern.ts'

/** A parsed listener value; a missing part matches anything. */
export interface ListenerAddress {
  /** An address, or a network with its prefix length. */
  readonly address?: string
  readonly port?: number
}

/**
 * Parses a listener value: `0.0.0.0`, `0.0.0.0:80`, `[::]:80`, `::`, `10.0.0.0/8`, `:80`, `80`.
 *
 * @returns undefined when the text is neither an address nor a port
 */
export const parseListener = (text: string): ListenerAddress | undefined => {
  if (isAddress(text)) return { address: text }
  const [, bracketed, plain = '', digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? []
  const address = bracketed ?? plain
  if (digits === undefined)
    return bracketed !== undefined && isAddress(bracketed) ? { address: bracketed } : portOnly(text)
  const port = Number(digits)
  if (port > MAX_PORT || bracketed === '' || (address !== '' && !isAddress(address))) return undefined
  return address === '' ? { port } : { address, port }
}

const MAX_PORT = 65_535

const portOnly = (text: string): ListenerAddress | undefined =>
  /^\d{1,5}$/.test(text) && Number(text) <= MAX_PORT ? { port: Number(text) } : undefined

const isAddress = (text: string): boolean => {
  const [ip = '', bits] = text.split('/')
  const version = ipVersion(ip)
  if (version === undefined || bits === undefined) return version !== undefined
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
}

/** Whether a value is valid for the `listen` field: an address, a port, both, or a pattern of them. */
export const isListener = ({ pieces }: Pattern): boolean =>
  pieces.length > 1
    ? pieces.every((piece) => /^[\d.:a-f[\]]*$/i.test(piece))
    : parseListener(pieces[0] ?? '') !== undefined
