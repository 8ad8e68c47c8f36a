import { readdirSync } from 'node:fs'

/** What a benchmark exports: `tools/bench/<name>.ts` runs as `npm run bench -- <name>`. */
export interface Benchmark {
  /**
   * Measures, and prints what it found.
   *
   * @param args what follows the name
   */
  run(args: readonly string[]): Promise<void>
}

const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .map((file) => file.slice(0, -'.ts'.length))

const [name = '', ...args] = process.argv.slice(2)
if (names.includes(name)) {
  const benchmark = (await import(new URL(`${name}.ts`, import.meta.url).href)) as Benchmark
  await benchmark.run(args)
} else {
  console.error(`usage: npm run bench -- NAME; benchmarks: ${names.join(', ') || 'none'}`)
  process.exitCode = 2
}
