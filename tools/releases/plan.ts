/** Processor architectures that Scope is released for, by the names that `uname -m` and users have for them. */
export const architectures = ['x86_64', 'arm64'] as const

export type Architecture = (typeof architectures)[number]

/** Kinds of files that a release has. */
export const kinds = ['script', 'tarball', 'image'] as const

export type Kind = (typeof kinds)[number]

/** The names that npm and Docker have for an architecture. */
export const namesOf: Readonly<Record<Architecture, { readonly npm: string; readonly docker: string }>> = {
  x86_64: { npm: 'x64', docker: 'amd64' },
  arm64: { npm: 'arm64', docker: 'arm64' },
}

/** What is asked of a release. */
export interface Wanted {
  readonly version: string
  readonly kinds: readonly Kind[]
  readonly architectures: readonly Architecture[]
}

/** What the Docker of this machine can build. */
export interface Builders {
  /** Why there is no Docker, or undefined when there is. */
  readonly missing?: string | undefined
  /** Architecture of the engine as Docker names it (`amd64`). */
  readonly engine?: string | undefined
  /** Platforms that buildx can build (`linux/amd64`); undefined without buildx. */
  readonly buildx?: readonly string[] | undefined
}

/** A file that is going to be made. */
export type Item =
  | { readonly kind: 'script'; readonly file: string }
  | { readonly kind: 'tarball'; readonly file: string; readonly architecture: Architecture }
  | {
      readonly kind: 'image'
      readonly file: string
      readonly architecture: Architecture
      readonly builder: 'buildx' | 'docker'
    }

/** A file that cannot be made on this machine, and why. */
export interface Impossible {
  readonly file: string
  readonly reason: string
}

export interface Plan {
  readonly items: readonly Item[]
  readonly impossible: readonly Impossible[]
}

/** Decides which files are made, and by what; and which of those that were asked for cannot be made here. */
export const planRelease = (wanted: Wanted, builders: Builders): Plan => {
  const items: Item[] = []
  const impossible: Impossible[] = []
  const name = `scope-${wanted.version}`
  if (wanted.kinds.includes('script')) items.push({ kind: 'script', file: 'scope' })
  if (wanted.kinds.includes('tarball'))
    for (const architecture of wanted.architectures)
      items.push({ kind: 'tarball', file: `${name}-linux-${architecture}.tar.gz`, architecture })
  if (wanted.kinds.includes('image'))
    for (const architecture of wanted.architectures) {
      const file = `${name}-image-${architecture}.tar.gz`
      const chosen = chooseBuilder(namesOf[architecture].docker, builders)
      if ('builder' in chosen) items.push({ kind: 'image', file, architecture, builder: chosen.builder })
      else impossible.push({ file, reason: chosen.reason })
    }
  return { items, impossible }
}

const chooseBuilder = (
  architecture: string,
  { missing, engine, buildx }: Builders,
): { readonly builder: 'buildx' | 'docker' } | { readonly reason: string } => {
  if (missing !== undefined) return { reason: missing }
  if (buildx?.includes(`linux/${architecture}`)) return { builder: 'buildx' }
  if (engine === architecture) return { builder: 'docker' }
  const has = buildx === undefined ? 'docker buildx is not installed' : `buildx builds ${buildx.join(', ')}`
  return {
    reason: `the Docker engine is of ${engine ?? 'unknown architecture'}, and ${has}: run it on a machine of ${architecture}, or install buildx and QEMU's emulation (binfmt)`,
  }
}
