import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes a file that only its owner can read, durable before this returns. @throws when it is there already. */
export function writeNew(path: string, bytes: Uint8Array): void {
  write(path, 'wx', bytes)
  syncFolder(path)
}

/** Puts a file in the place of another: after a crash it is the old one or the new one, whole. */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const next = `${path}.next`
  write(next, 'w', bytes)
  moveFile(next, path)
}

/** Gives a file that is on the disk another name in its folder; what had it is gone. */
export function moveFile(from: string, to: string): void {
  renameSync(from, to)
  syncFolder(to)
}

function write(path: string, flags: 'w' | 'wx', bytes: Uint8Array): void {
  const file = openSync(path, flags, 0o600)
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
