/** The key ceremony over a link: proposal, five messages, and a share on each side. */
import { randomBytes } from 'node:crypto'
import {
  COSIGNER,
  DEVICE,
  type CeremonyInput,
  type Device,
  H,
  type Header,
  type Hedged,
  type Proposal,
  RECOVERY,
  type Ristretto,
  type WalletShare,
  agreeParams,
  answerG1,
  answerG2,
  answerG3,
  answerG4,
  answerG5,
  ceremonyParams,
  drawHalf,
  headerOf,
  phraseSecret,
  startCeremony,
} from '@tandem/protocol'
import type { Link } from './link.ts'

type Flow = Extract<Header['type'], 'G1' | 'G2' | 'G3' | 'G4' | 'G5'>

/** What one party brings. */
export type Ceremony = {
  readonly link: Link
  readonly group: Ristretto
  readonly me: Device
  readonly sign: (message: Uint8Array) => Uint8Array
  readonly hedged: Hedged
  readonly progress: (what: string) => void
}

/** Makes three keys with a verified backup. Returns this party's share. */
export async function makeKeys(ceremony: Ceremony): Promise<WalletShare> {
  const { me } = ceremony
  const proposal = await propose(ceremony)
  const params = ceremonyParams(proposal)
  const input: CeremonyInput = {
    proposal,
    me: me.id,
    sign: ceremony.sign,
    // Twelve words. A wallet shows them once on its own screen and asks three back; the demo's keys
    // hold nothing, so nobody needs to see them.
    half: phraseSecret(ceremony.group, drawHalf(ceremony.hedged(H('hedge', params)))),
  }
  return me.id === DEVICE
    ? await asDevice(ceremony, input, params)
    : await asCosigner(ceremony, input, params)
}

async function asDevice(ceremony: Ceremony, input: CeremonyInput, params: Uint8Array) {
  const { hedged, group } = ceremony
  const counter = new Uint8Array(8)
  const first = startCeremony(input, hedged(H('hedge', params, counter)), group)
  send(ceremony, 'G1', first.g1)
  const g2 = await receive(ceremony, 'G2')
  const second = answerG2(first.state, g2, hedged(H('hedge', params, g2)))
  send(ceremony, 'G3', second.g3)
  const { share, g5 } = answerG4(second.state, await receive(ceremony, 'G4'))
  send(ceremony, 'G5', g5)
  return share
}

async function asCosigner(ceremony: Ceremony, input: CeremonyInput, params: Uint8Array) {
  const { hedged, group } = ceremony
  const g1 = await receive(ceremony, 'G1')
  const first = answerG1(input, g1, hedged(H('hedge', params, g1)), group)
  send(ceremony, 'G2', first.g2)
  const g3 = await receive(ceremony, 'G3')
  const second = answerG3(first.state, g3, hedged(H('hedge', params, g3)))
  send(ceremony, 'G4', second.g4)
  return answerG5(second.prepared, await receive(ceremony, 'G5'))
}

/** The device names the instance; both compute the rest alike and compare. */
async function propose({ link, me }: Ceremony): Promise<Proposal> {
  const instanceId = me.id === DEVICE ? Uint8Array.from(randomBytes(16)) : undefined
  const devices = [me, link.peer].toSorted((a, b) => a.id - b.id)
  const proposal = (id: Uint8Array): Proposal => ({
    suites: [1, 2, 3],
    t: 2,
    holders: [DEVICE, COSIGNER, RECOVERY],
    contributors: [DEVICE, COSIGNER],
    devices: devices.map(({ id: party, identityPk }) => ({ id: party, identityPk })),
    backup: { kind: 'split' },
    instanceId: id,
  })
  const header = (type: Header['type'], id: Uint8Array) =>
    headerOf(type, me.id, link.peer.id, { requestId: id })
  if (instanceId) {
    const mine = proposal(instanceId)
    link.send({ header: header('agree', instanceId), body: ceremonyParams(mine) })
    agreeParams(ceremonyParams(mine), (await link.receive()).body, link.peer.id)
    return mine
  }
  const { header: asked, body } = await link.receive()
  const theirs = proposal(asked.requestId)
  link.send({ header: header('agree', asked.requestId), body: ceremonyParams(theirs) })
  agreeParams(ceremonyParams(theirs), body, link.peer.id)
  return theirs
}

/** The epoch that is made; a frame's header says which one a message belongs to. */
const EPOCH = 0

function send({ link, me, progress }: Ceremony, type: Flow, body: Uint8Array): void {
  progress(`message ${type} of the key ceremony → ${(body.length / 1000).toFixed(1)} kB`)
  link.send({ header: headerOf(type, me.id, link.peer.id, { epoch: EPOCH }), body })
}

async function receive({ link }: Ceremony, type: Flow): Promise<Uint8Array> {
  const { header, body } = await link.receive()
  if (header.type !== type || header.epoch !== EPOCH)
    throw new Error(`expected ${type} of epoch ${EPOCH}, got ${header.type} of ${header.epoch}`)
  return body
}
