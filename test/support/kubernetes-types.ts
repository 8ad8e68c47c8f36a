import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** An object of Kubernetes, as a manifest has it. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly [field: string]: unknown
}

/**
 * Checks objects against Kubernetes' own OpenAPI schemas, in the form of types (package `kubernetes-types`): the compiler refuses
 * fields that are unknown or missing, and values of another type.
 *
 * @returns what it says; empty when all is right
 */
export const kubernetesErrors = async (objects: readonly KubernetesObject[]): Promise<string> => {
  const directory = mkdtempSync(join(tmpdir(), 'scope-kubernetes-'))
  try {
    const typeOf = ({ apiVersion, kind }: KubernetesObject) => {
      const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion]
      return `import('kubernetes-types/${group.split('.')[0]}/${version}').${kind}`
    }
    const lines = objects.map(
      (object, index) =>
        `export const object${index}: ${typeOf(object)} = ${JSON.stringify(object, null, 1)}`,
    )
    writeFileSync(join(directory, 'manifest.ts'), `${lines.join('\n')}\n`)
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: 'preserve',
      types: [],
      paths: { 'kubernetes-types/*': [join(modules, 'kubernetes-types/*')] },
    }
    writeFileSync(
      join(directory, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, include: ['manifest.ts'] }),
    )
    return await new Promise((resolve, reject) => {
      const args = [join(modules, 'typescript/bin/tsc'), '-p', directory]
      execFile(process.execPath, args, (error, stdout, stderr) => {
        if (error !== null && stdout === '') reject(new Error(`tsc cannot be run: ${stderr}`))
        else resolve(stdout)
      })
    })
  } finally {
    rmSync(directory, { recursive: true })
  }
}
