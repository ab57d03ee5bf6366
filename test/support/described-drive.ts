/**
 * A made-up drive in the files of a DiskSim description, and any of its lines changed.
 *
 * @module
 */
import type { DescriptionFiles } from '../../sim/validate/disksim-drive.ts';

const PARV = `
disksim_global Global { Init Seed = 42 } # nothing here matters
disksim_bus BUS0 {
   type = 1, Arbitration type = 1, Arbitration time = 0.0,
   Read block transfer time = 0.01, Write block transfer time = 0.02, Print stats = 1
}
disksim_bus UNUSED {
   type = 1, Arbitration type = 1, Arbitration time = 0.0,
   Read block transfer time = 9.0, Write block transfer time = 9.0, Print stats = 1
}
disksim_ctlr CTLR0 { type = 1, Scale for delays = 0.0, Bulk sector transfer time = 0.015 }
source made-up.diskspecs
instantiate [ bus0 ] as BUS0
instantiate [ bus1 ] as UNUSED
instantiate [ ctlr0 ] as CTLR0
instantiate [ disk0 .. disk2 ] as MADE_UP
topology disksim_iodriver driver0 [
   disksim_bus bus0 [
      disksim_ctlr ctlr0 [
         disksim_disk disk0 []
      ]
   ]
]
`;

const DISKSPECS = `
disksim_disk MADE_UP {
   Model = source made-up.model,
   Per-request overhead time = 0.1,
   Time scale for overheads = 2.0,
   Bulk sector transfer time = 0.012,
   Hold bus entire read xfer = 0,
   Hold bus entire write xfer = 0,
   Allow almost read hits = 1,
   Allow sneaky full read hits = 0,
   Allow sneaky partial read hits = 0,
   Allow sneaky intermediate read hits = 0,
   Allow read hits on write data = 1,
   Allow write prebuffering = 0,
   Preseeking level = 0,
   Never disconnect = 0,
   Print stats = 1,
   Avg sectors per cylinder = 200,
   Max queue length = 1,
   Scheduler = disksim_ioqueue { Scheduling policy = 1 },
   Number of buffer segments = 3,
   Maximum number of write segments = 1,
   Segment size (in blks) = 64,
   Use separate write segment = 0,
   Low (write) water mark = 0.0,
   High (read) water mark = 0.5,
   Set watermark by reqsize = 1,
   Calc sector by sector = 1,
   Enable caching in buffer = 1,
   Buffer continuous read = 3,
   Minimum read-ahead (blks) = 0,
   Maximum read-ahead (blks) = 32,
   Read-ahead over requested = 0,
   Read-ahead on idle hit = 0,
   Read any free blocks = 1,
   Fast write level = 2,
   Immediate buffer read = 0,
   Immediate buffer write = 0,
   Combine seq writes = 1,
   Stop prefetch in sector = 0,
   Disconnect write if seek = 0,
   Write hit stop prefetch = 1,
   Read directly to buffer = 1,
   Immed transfer partial hit = 1,
   Read hit over. after read = 0.2,
   Read hit over. after write = 0.3,
   Read miss over. after read = 0.4,
   Read miss over. after write = 0.5,
   Write hit over. after read = 0.6,
   Write hit over. after write = 0.7,
   Write miss over. after read = 0.8,
   Write miss over. after write = 0.9,
   Read completion overhead = 0.01,
   Write completion overhead = 0.02,
   Data preparation overhead = 0.03,
   First reselect overhead = 0.04,
   Other reselect overhead = 0.05,
   Read disconnect afterread = 0.06,
   Read disconnect afterwrite = 0.07,
   Write disconnect overhead = 0.08,
   Extra write disconnect = 0,
   Extradisc command overhead = 0.0,
   Extradisc disconnect overhead = 0.0,
   Extradisc inter-disconnect delay = 0.0,
   Extradisc 2nd disconnect overhead = 0.0,
   Extradisc seek delta = 0.0,
   Minimum seek delay = 0.0
}
`;

const MODEL = `
dm_disk MADE_UP_model {
   Number of data surfaces = 2,
   Number of cylinders = 30,
   Block count = 5000,
   Layout Model = dm_layout_g1 {
      LBN-to-PBN mapping scheme = 1,
      Sparing scheme used = 9,
      Rangesize for sparing = 1,
      Zones = [
         dm_layout_g1_zone {
            First cylinder number = 0,
            Last cylinder number = 9,
            Blocks per track = 100,
            Offset of first block = 3.0,
            Empty space at zone front = 10,
            Skew for track switch = 5.0,
            Skew for cylinder switch = 8.0,
            Number of spares = 7,
            slips = [ 600, 40 ],
            defects = [ 50, 1999 ]
         },
         dm_layout_g1_zone {
            First cylinder number = 10,
            Last cylinder number = 29,
            Blocks per track = 80,
            Offset of first block = 0,
            Empty space at zone front = 0,
            Skew for track switch = 4,
            Skew for cylinder switch = 6,
            Number of spares = 0,
            slips = [],
            defects = []
         }
      ]
   },
   Mechanical Model = dm_mech_g1 {
      Access time type = trackSwitchPlusRotation,
      Seek type = extracted,
      Full seek curve = made-up.seek,
      Single cylinder seek time = 1.0,
      Average seek time = 5.0,
      Full strobe seek time = 9.0,
      Constant seek time = 4.0,
      Add. write settling delay = 0.3,
      HPL seek equation values = [ 20, 2.0, 0.5, 4.0, 0.05, 1.5 ],
      First ten seek times = [ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ],
      Head switch time = 0.6,
      Rotation speed (in rpms) = 6000,
      Percent error in rpms = 0.0
   }
}
`;

const SEEK = 'Seek distances measured: 3\n1, 1.0\n10, 2.8\n29,\t6.6\n';

/** Three reads as the model itself serves them would be too good; these are made up. */
const TRACE =
  'R Hit 100 4 9000.0 20000.0\nW Hit 200 8 2500.0 30000.0\nR Hit 208 4 8000.0 10000.0\n\n';

/** Files by name. */
export const DESCRIBED_DRIVE: Readonly<Record<string, string>> = Object.freeze({
  'made-up.parv': PARV,
  'made-up.diskspecs': DISKSPECS,
  'made-up.model': MODEL,
  'made-up.seek': SEEK,
  'made-up.trace': TRACE,
});

/** The files with a text in one of them replaced. */
export function changedDrive(from: string | RegExp, to: string): Readonly<Record<string, string>> {
  const files = Object.entries(DESCRIBED_DRIVE).map(([name, text]) => [
    name,
    text.replace(from, to),
  ]);
  return Object.fromEntries(files) as Readonly<Record<string, string>>;
}

/** A folder of such files. */
export function folderOf(files: Readonly<Record<string, string>>): DescriptionFiles {
  return {
    names: Object.keys(files),
    text: (name) => {
      const text = files[name];
      if (text === undefined) throw new Error(`no file ${name}`);
      return text;
    },
  };
}
