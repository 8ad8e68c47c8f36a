import { defaultNamedServices, namedServices } from '../../src/topology/named-services.ts'
import type { Pseudonyms } from './pseudonyms.ts'

/** Words of the machine that may be part of any text, with what is said instead. */
export type Replacements = readonly (readonly [string, string])[]

const HASH = /\b[0-9a-f]{64}\b/g

/** A text that is kept, such as the name of an image, without what it may tell of the machine. */
export const sanitiseText = (text: string, replacements: Replacements, pseudonyms: Pseudonyms): string =>
  replacements
    .reduce((rest, [from, to]) => replaceWord(rest, from, to), text)
    .replace(HASH, (hash) => pseudonyms.hex(hash))

const replaceWord = (text: string, word: string, by: string): string => {
  if (word === '') return text
  const literal = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return text.replace(new RegExp(`(?<![a-z0-9])${literal}(?![a-z0-9])`, 'gi'), by)
}

/** The program of a command line: `/usr/sbin/nginx -g 'daemon off;'` is `nginx …`. */
export const programOf = (commandLine: string): string => {
  const [program = '', ...args] = commandLine.trim().split(/\s+/)
  const name = /[^/]*$/.exec(program)?.[0].replace(/:$/, '') ?? ''
  return args.length > 0 ? `${name} …` : name
}

/** The first word of a process's name, which is all but what the process says of its work. */
export const nameOf = (name: string): string => /^[^\s:]*/.exec(name)?.[0] ?? ''

/** A path says where it is from the root, and nothing else. */
export const sanitisePath = (path: string, pseudonyms: Pseudonyms): string =>
  path === '' || path === '/' ? path : pseudonyms.of('path', path, (n) => `/path-${n}`)

/** `source:target:rw`, where the source is a path, or the name of a volume. */
export const sanitiseMount = (mount: string, pseudonyms: Pseudonyms): string => {
  const [, source = '', target = '', mode = ''] = /^(.*):(.*):(rw|ro)$/.exec(mount) ?? []
  const from = source.startsWith('/') ? sanitisePath(source, pseudonyms) : pseudonyms.of('volume', source)
  return `${from}:${sanitisePath(target, pseudonyms)}:${mode || 'rw'}`
}

const isNamedService = namedServices(defaultNamedServices)

/** Another name in DNS. Services that everybody knows stay services of the same provider. */
export const sanitiseDomain = (name: string, pseudonyms: Pseudonyms): string => {
  const labels = name.split('.')
  const provider = [2, 3]
    .map((n) => labels.slice(-n).join('.'))
    .find((domain) => isNamedService(`x.${domain}`))
  const domain = isNamedService(name) && provider !== undefined ? provider : 'example.com'
  return pseudonyms.of('name', name, (n) => `name-${n}.${domain}`)
}
