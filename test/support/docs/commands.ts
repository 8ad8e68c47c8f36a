import { execFileSync } from 'node:child_process'
import { codeBlocks, type Document } from './documents.ts'

const isWhole = (text: string): boolean => {
  try {
    execFileSync('bash', ['-n', '-c', text], { stdio: 'ignore' })
    return !/\\$/.test(text)
  } catch {
    return false
  }
}

/**
 * The commands of a script, each as one would paste it: with all its lines, without comments.
 *
 * @throws Error when the script ends within a command
 */
export const commandsOfScript = (script: string): string[] => {
  const commands: string[] = []
  let begun = ''
  for (const line of script.split('\n').map((text) => text.replace(/(^|\s+)#(\s.*)?$/, ''))) {
    if (begun === '' && line.trim() === '') continue
    begun = begun === '' ? line : `${begun}\n${line}`
    if (!isWhole(begun)) continue
    commands.push(begun)
    begun = ''
  }
  if (begun !== '') throw new Error(`the shell finds no end of: ${begun}`)
  return commands
}

/** The commands that a document tells, in its order: all that is in its blocks of `sh`. */
export const commandsOf = (document: Document): string[] =>
  codeBlocks(document)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => commandsOfScript(text))
