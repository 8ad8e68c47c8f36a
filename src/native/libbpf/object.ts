import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import koffi from 'koffi'
import { LibbpfError } from './error.ts'
import type { Libbpf } from './library.ts'
import { captureLog, type LogCapture } from './log-capture.ts'
import { readRecords } from './read-records.ts'

const EPERM = 1
const EAGAIN = 11
const EACCES = 13

type Pointer = unknown

/** A running attachment of a program; ends with `detach`. */
export interface Attachment {
  detach(): void
}

/** A program that walks over kernel objects and writes a record for each. Each walk reads it to its end. */
export interface Iterator extends Attachment {
  /** Runs the program over all objects. The returned bytes are valid only until the next walk of any iterator. */
  walk(): Uint8Array
}

/**
 * An eBPF object file. Order of use: open, set constants, load, attach, close.
 *
 * Note that a program's name is the name of its C function; that constants (`const volatile`) are in the map `.rodata`
 * and can be set only before `load`; and that all pointers become invalid with `close`.
 */
export class BpfObject {
  readonly #libbpf: Libbpf
  readonly #object: Pointer
  readonly #log: LogCapture
  readonly #attachments = new Set<Attachment>()
  #closed = false

  private constructor(libbpf: Libbpf, object: Pointer, log: LogCapture) {
    this.#libbpf = libbpf
    this.#object = object
    this.#log = log
  }

  /**
   * @param path of the compiled object
   * @throws {LibbpfError} `no-btf` when the running kernel has no BTF, `no-object` when the file is missing or unreadable
   */
  static open(libbpf: Libbpf, path: string): BpfObject {
    if (!existsSync('/sys/kernel/btf/vmlinux'))
      throw new LibbpfError('no-btf', 'this kernel has no BTF type information (/sys/kernel/btf/vmlinux)')
    const log = captureLog(libbpf)
    const object = libbpf.bpf_object__open_file(path, null)
    if (!object) {
      log.stop()
      throw new LibbpfError('no-object', `the eBPF object ${path} cannot be opened`, log.lines().join('\n'))
    }
    return new BpfObject(libbpf, object, log)
  }

  /** Sets all constants of the object at once; the layout is that of its `.rodata` section. */
  setConstants(bytes: Uint8Array): void {
    const map = this.#libbpf.bpf_object__find_map_by_name(this.#object, '.rodata')
    const result = this.#libbpf.bpf_map__set_initial_value(map, bytes, bytes.length) as number
    if (result !== 0) throw this.#failure('rejected', 'the constants of the eBPF object do not fit', result)
  }

  /** Overrides the size of a map that its source declares. Call it before `load`. */
  setMaxEntries(map: string, entries: number): void {
    const result = this.#libbpf.bpf_map__set_max_entries(this.#map(map), entries) as number
    if (result !== 0) throw this.#failure('rejected', `the map ${map} cannot have ${entries} entries`, result)
  }

  /** Sets whether a program is loaded. Call it before `load`. */
  setAutoload(program: string, autoload: boolean): void {
    this.#libbpf.bpf_program__set_autoload(this.#program(program), autoload)
  }

  /**
   * @throws {LibbpfError} `not-permitted`; `interrupted` when signals interrupted the verifier (this object cannot be
   *   used any more, but a new one may be tried); `rejected` with the kernel's log
   */
  load(): void {
    const result = this.#libbpf.bpf_object__load(this.#object) as number
    if (result === 0) return
    if (-result === EPERM || -result === EACCES)
      throw this.#failure(
        'not-permitted',
        'loading eBPF programs is not permitted (CAP_BPF and CAP_PERFMON are needed)',
        result,
      )
    if (-result === EAGAIN)
      throw this.#failure('interrupted', 'signals interrupted the loading of eBPF programs', result)
    throw this.#failure('rejected', 'the kernel refused the eBPF programs', result)
  }

  /** @throws {LibbpfError} `not-attached` */
  attach(program: string): Attachment {
    const link = this.#libbpf.bpf_program__attach(this.#program(program))
    if (!link)
      throw this.#failure('not-attached', `the eBPF program ${program} cannot be attached`, -koffi.errno())
    return this.#keep(link)
  }

  /**
   * Attaches a program to a cgroup and its descendants, in addition to programs already attached there.
   *
   * @param path directory of the cgroup v2 hierarchy
   * @throws {LibbpfError} `not-permitted`, `not-attached`
   */
  attachToCgroup(program: string, path: string): Attachment {
    let fd: number
    try {
      fd = openSync(path, 'r')
    } catch (error) {
      throw new LibbpfError('not-attached', `the cgroup ${path} cannot be opened`, String(error))
    }
    try {
      const link = this.#libbpf.bpf_program__attach_cgroup(this.#program(program), fd)
      if (link) return this.#keep(link)
      const error = koffi.errno()
      if (error === EPERM || error === EACCES)
        throw this.#failure(
          'not-permitted',
          `attaching eBPF programs to the cgroup ${path} is not permitted (CAP_NET_ADMIN is needed)`,
          -error,
        )
      throw this.#failure(
        'not-attached',
        `the eBPF program ${program} cannot be attached to the cgroup ${path}`,
        -error,
      )
    } finally {
      closeSync(fd)
    }
  }

  /**
   * Creates an iterator from a program of kind `iter/…`.
   *
   * @param overMap the map to walk, for `iter/bpf_map_elem`
   */
  iterator(program: string, overMap?: string): Iterator {
    const link = this.#libbpf.bpf_program__attach_iter(
      this.#program(program),
      overMap === undefined ? null : this.#iteratorOptions(overMap),
    )
    if (!link)
      throw this.#failure('not-attached', `the eBPF iterator ${program} cannot be attached`, -koffi.errno())
    const attachment = this.#keep(link)
    const fd = this.#libbpf.bpf_link__fd(link) as number
    return { walk: () => this.#walk(fd, program), detach: attachment.detach }
  }

  mapFd(name: string): number {
    return this.#libbpf.bpf_map__fd(this.#map(name)) as number
  }

  /**
   * How many times the kernel skipped a program because it was already running on that CPU (kernel ≥ 5.12; 0 before).
   */
  recursionMisses(program: string): number {
    const fd = this.#libbpf.bpf_program__fd(this.#program(program)) as number
    const match = /^recursion_misses:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))
    return match ? Number(match[1]) : 0
  }

  /** Sum over all CPUs of the u64 at a key of a per-CPU array. */
  perCpuSum(map: string, key: number): number {
    const cpus = this.#libbpf.libbpf_num_possible_cpus() as number
    const values = new BigUint64Array(cpus)
    if ((this.#libbpf.bpf_map_lookup_elem(this.mapFd(map), Uint32Array.of(key), values) as number) !== 0)
      return 0
    return Number(values.reduce((sum, value) => sum + value, 0n))
  }

  /** Detaches and unloads everything. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const attachment of [...this.#attachments]) attachment.detach()
    this.#libbpf.bpf_object__close(this.#object)
    this.#log.stop()
  }

  #program(name: string): Pointer {
    const program = this.#libbpf.bpf_object__find_program_by_name(this.#object, name)
    if (!program) throw new LibbpfError('no-object', `the eBPF object has no program ${name}`)
    return program
  }

  #map(name: string): Pointer {
    const map = this.#libbpf.bpf_object__find_map_by_name(this.#object, name)
    if (!map) throw new LibbpfError('no-object', `the eBPF object has no map ${name}`)
    return map
  }

  #keep(link: Pointer): Attachment {
    const attachment: Attachment = {
      detach: () => {
        if (this.#attachments.delete(attachment)) this.#libbpf.bpf_link__destroy(link)
      },
    }
    this.#attachments.add(attachment)
    return attachment
  }

  /** struct bpf_iter_attach_opts { size_t sz; union bpf_iter_link_info *info; __u32 info_len } (libbpf.h) */
  #iteratorOptions(map: string): Buffer {
    const info = koffi.alloc('uint32_t', 1)
    koffi.encode(info, 'uint32_t', this.mapFd(map))
    const options = Buffer.alloc(24)
    options.writeBigUInt64LE(24n, 0)
    options.writeBigUInt64LE(BigInt(koffi.address(info)), 8)
    options.writeUInt32LE(4, 16)
    return options
  }

  #walk(linkFd: number, program: string): Uint8Array {
    const fd = this.#libbpf.bpf_iter_create(linkFd) as number
    if (fd < 0) throw this.#failure('not-attached', `the eBPF iterator ${program} cannot be started`, fd)
    try {
      return readRecords((into, offset, length) => readSync(fd, into, offset, length, null))
    } finally {
      closeSync(fd)
    }
  }

  #failure(failure: LibbpfError['failure'], message: string, result: number): LibbpfError {
    return new LibbpfError(failure, `${message} (error ${-result})`, this.#log.lines().slice(-20).join('\n'))
  }
}
