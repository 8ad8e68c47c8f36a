import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import koffi, { type LibraryHandle } from 'koffi'
import { LibbpfError } from './error.ts'

/** Older versions of libbpf lack functions used here (`perf_buffer__buffer`, `bpf_map_lookup_elem` options). */
const OLDEST = { major: 1, minor: 0 }

const prototypes = {
  libbpf_major_version: 'uint32_t libbpf_major_version()',
  libbpf_minor_version: 'uint32_t libbpf_minor_version()',
  libbpf_set_print: 'void *libbpf_set_print(void *callback)',
  libbpf_num_possible_cpus: 'int libbpf_num_possible_cpus()',
  bpf_object__open_file: 'void *bpf_object__open_file(const char *path, void *options)',
  bpf_object__load: 'int bpf_object__load(void *object)',
  bpf_object__close: 'void bpf_object__close(void *object)',
  bpf_object__find_program_by_name: 'void *bpf_object__find_program_by_name(void *object, const char *name)',
  bpf_object__find_map_by_name: 'void *bpf_object__find_map_by_name(void *object, const char *name)',
  bpf_program__set_autoload: 'int bpf_program__set_autoload(void *program, bool autoload)',
  bpf_program__attach: 'void *bpf_program__attach(void *program)',
  bpf_program__attach_cgroup: 'void *bpf_program__attach_cgroup(void *program, int cgroup_fd)',
  bpf_program__attach_iter: 'void *bpf_program__attach_iter(void *program, const void *options)',
  bpf_program__fd: 'int bpf_program__fd(void *program)',
  bpf_map__fd: 'int bpf_map__fd(void *map)',
  bpf_map__set_initial_value: 'int bpf_map__set_initial_value(void *map, const void *data, size_t size)',
  bpf_map__set_max_entries: 'int bpf_map__set_max_entries(void *map, uint32_t entries)',
  bpf_link__fd: 'int bpf_link__fd(void *link)',
  bpf_link__destroy: 'int bpf_link__destroy(void *link)',
  bpf_iter_create: 'int bpf_iter_create(int link_fd)',
  bpf_map_lookup_elem: 'int bpf_map_lookup_elem(int fd, const void *key, void *value)',
  perf_buffer__new_raw:
    'void *perf_buffer__new_raw(int map_fd, size_t pages, void *attr, void *event_callback, void *context, void *options)',
  perf_buffer__buffer_cnt: 'size_t perf_buffer__buffer_cnt(void *buffer)',
  perf_buffer__buffer:
    'int perf_buffer__buffer(void *buffer, int index, _Out_ void **memory, _Out_ size_t *size)',
  perf_buffer__free: 'void perf_buffer__free(void *buffer)',
} as const

type FunctionName = keyof typeof prototypes

/** The functions of `libbpf.so.1` used here, by their C names; pointers are BigInt, a null pointer is null. */
export type Libbpf = Readonly<Record<FunctionName, (...args: unknown[]) => unknown>>

/** A loaded library with its functions bound. */
export interface LoadedLibrary {
  readonly functions: Libbpf
  /** Such as `1.1`. */
  readonly version: string
  readonly path: string
}

/**
 * Where to look for `libbpf.so.1`, best first. When `SCOPE_LIBBPF` is set, only that file. Otherwise wherever the
 * system's loader finds it, then the copy in `.runtime/lib/` of the checkout, which set-up unpacks.
 */
export const libraryCandidates = (env: NodeJS.ProcessEnv, checkout: string): readonly string[] => {
  const chosen = env.SCOPE_LIBBPF
  if (chosen) return [chosen]
  const unpacked = join(checkout, '.runtime/lib/libbpf.so.1')
  return ['libbpf.so.1', ...(existsSync(unpacked) ? [unpacked] : [])]
}

/**
 * Loads the libraries that libbpf needs. An unpacked copy has them in its own directory, where the system's loader does
 * not look.
 */
const loadNeighbours = (path: string): void => {
  for (const name of ['libz.so.1', 'libzstd.so.1', 'libelf.so.1']) {
    const neighbour = join(dirname(path), name)
    if (path.includes('/') && existsSync(neighbour)) koffi.load(neighbour)
  }
}

const open = (path: string): LibraryHandle => {
  loadNeighbours(path)
  return koffi.load(path)
}

/**
 * Binds libbpf.
 *
 * @throws {LibbpfError} `no-library` when none of the candidates loads, `old-library` when it is before 1.0
 */
export const loadLibbpf = (candidates: readonly string[]): LoadedLibrary => {
  const failures: string[] = []
  for (const path of candidates) {
    let library: LibraryHandle
    try {
      library = open(path)
    } catch (cause) {
      failures.push(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`)
      continue
    }
    const version = readVersion(library)
    if (version.major < OLDEST.major) {
      failures.push(`${path}: version ${version.text} is older than ${OLDEST.major}.${OLDEST.minor}`)
      continue
    }
    return { functions: bind(library), version: version.text, path }
  }
  const tooOld = failures.some((failure) => failure.includes('is older than'))
  throw new LibbpfError(
    tooOld ? 'old-library' : 'no-library',
    tooOld
      ? 'libbpf on this machine is too old (1.0 or newer is needed)'
      : 'libbpf 1 was not found (package libbpf1)',
    failures.join('; '),
  )
}

const readVersion = (library: LibraryHandle): { major: number; text: string } => {
  try {
    const major = library.func(prototypes.libbpf_major_version)() as number
    const minor = library.func(prototypes.libbpf_minor_version)() as number
    return { major, text: `${major}.${minor}` }
  } catch {
    // The version functions exist since 0.6.
    return { major: 0, text: 'before 0.6' }
  }
}

const bind = (library: LibraryHandle): Libbpf =>
  Object.fromEntries(
    Object.entries(prototypes).map(([name, prototype]) => [name, library.func(prototype)]),
  ) as unknown as Libbpf
