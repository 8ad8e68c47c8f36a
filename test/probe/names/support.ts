import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createLogger } from '../../../src/log/log.ts'
import { named } from '../../support/run/run.ts'

/** A log that nobody reads. */
export const silent = createLogger({ format: 'text', debug: false, write: () => {} })

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** A program that is spoken to line by line. */
export interface Program {
  readonly child: ChildProcess
  /** Inode of its network namespace. */
  netns(): number
  /** Writes a line, and resolves with the next line that it prints. */
  ask(line: string): Promise<string>
  /** The next line that it prints. */
  nextLine(): Promise<string>
  end(): Promise<void>
}

/** Starts a program, behind a command such as `ip netns exec`. */
export const start = (command: readonly string[], file: string, ...args: string[]): Program => {
  const [program = '', ...before] = [...command, process.execPath, script(file), ...args]
  const child = spawn(program, before, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines: Interface = createInterface({ input: child.stdout })
  const printed = lines[Symbol.asyncIterator]()
  const nextLine = async (): Promise<string> => {
    const line = await printed.next()
    if (line.done) throw new Error(`${file} has ended`)
    return line.value
  }
  return {
    child,
    netns: () => statSync(`/proc/${child.pid}/ns/net`).ino,
    nextLine,
    ask: (line) => {
      child.stdin.write(`${line}\n`)
      return nextLine()
    },
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** A network namespace with addresses of its own on its loopback interface. */
export const makeNetns = (label: string, addresses: readonly string[]) => {
  const name = named(label)
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  ip('netns', 'add', name)
  ip('-n', name, 'link', 'set', 'lo', 'up')
  for (const address of addresses) {
    const nodad = address.includes(':') ? ['nodad'] : []
    ip('-n', name, 'address', 'add', address, 'dev', 'lo', ...nodad)
  }
  return { command: ['ip', 'netns', 'exec', name], remove: () => void ip('netns', 'delete', name) }
}
