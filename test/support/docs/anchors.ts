import { type Document, prose } from './documents.ts'

/** A link of a document to another one, or to a place in it. */
export interface Link {
  /** As it is written. */
  readonly to: string
  /** What comes before `#`; empty for the document itself. */
  readonly path: string
  /** What comes behind `#`, if anything does. */
  readonly anchor?: string
}

/**
 * The anchors of a document's headings, as GitHub makes them: in lower case, without marks of punctuation, with dashes for
 * blanks; one that comes again is numbered.
 */
export const anchorsOf = (document: Document): ReadonlySet<string> => {
  const seen = new Map<string, number>()
  const anchors = new Set<string>()
  for (const [, heading = ''] of prose(document).matchAll(/^#{1,6} +(.*)$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-')
    const before = seen.get(slug) ?? 0
    seen.set(slug, before + 1)
    anchors.add(before === 0 ? slug : `${slug}-${before}`)
  }
  return anchors
}

const MARKDOWN_LINK = /\]\(([^()\s]+)(?: "[^"]*")?\)/g
const HTML_LINK = /<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)="([^"]*)"/g

/** The links of a document that lead into the checkout. */
export const linksOf = (document: Document): Link[] => {
  const text = prose(document).replace(/`[^`\n]*`/g, '')
  return [...text.matchAll(MARKDOWN_LINK), ...text.matchAll(HTML_LINK)]
    .map(([, to = '']) => to)
    .filter((to) => !/^[a-z]+:/.test(to))
    .map((to) => {
      const [path = '', anchor] = to.split('#')
      return { to, path, ...(anchor !== undefined && { anchor }) }
    })
}
