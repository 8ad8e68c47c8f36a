import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const checkout = join(import.meta.dirname, '../../..')

/** A document of the checkout, in Markdown. */
export interface Document {
  /** Relative to the checkout: `docs/views.md`. */
  readonly path: string
  readonly text: string
}

/** A block of code between fences. */
export interface CodeBlock {
  /** `sh`, `ini`; empty when the fence tells none. */
  readonly language: string
  readonly text: string
}

const readDocument = (path: string): Document => ({ path, text: readFileSync(join(checkout, path), 'utf8') })

/** All documents that people read, in the order of their paths. */
export const documents = (): Document[] =>
  globSync(['*.md', 'docs/**/*.md', 'tools/**/*.md', 'test/**/*.md'], { cwd: checkout })
    .sort()
    .map(readDocument)

const FENCED = /^( *)```(\S*)[^\n]*\n([\s\S]*?)^\1```$/gm

/** The blocks of code of a document, without the indentation of the list that they may be in. */
export const codeBlocks = ({ text }: Document): CodeBlock[] =>
  [...text.matchAll(FENCED)].map(([, indent = '', language = '', block = '']) => ({
    language,
    text: block.replace(new RegExp(`^${indent}`, 'gm'), ''),
  }))

/** What is left of a document without its blocks of code. */
export const prose = ({ text }: Document): string => text.replace(FENCED, '')

/** What stands between back quotes in the prose of a document. */
export const codeSpans = (document: Document): string[] =>
  [...prose(document).matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, span = '']) => span)
