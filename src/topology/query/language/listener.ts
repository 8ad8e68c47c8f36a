import { ipVersion } from '../../../report/address/ip.ts'
import type { Pattern } from './pattern.ts'

/** Where somebody listens, taken apart: what is left out is not asked for. */
export interface ListenerAddress {
  /** An address; with a prefix length a network. */
  readonly address?: string
  readonly port?: number
}

/**
 * Reads where somebody listens: `0.0.0.0`, `0.0.0.0:80`, `[::]:80`, `::`, `10.0.0.0/8`, `:80`, `80`.
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

/** Whether a value can be asked for of where somebody listens: an address, a port, both, or a pattern of such. */
export const isListener = ({ pieces }: Pattern): boolean =>
  pieces.length > 1
    ? pieces.every((piece) => /^[\d.:a-f[\]]*$/i.test(piece))
    : parseListener(pieces[0] ?? '') !== undefined
