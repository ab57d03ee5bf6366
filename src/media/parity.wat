;; Redundancy over GF(256), sixteen bytes a vector. `npm run build:parity` assembles this text into
;; parity-module.ts; parity-simd.ts says how it is used.
;;
;; The memory is a scratch pad of slots, `stride` bytes apart, one slot a member. All lengths are
;; multiples of 64, so that every loop does four vectors a turn and there are no ends to treat.
(module
  (memory (export "memory") 8)

  ;; P and Q of `count` members, into the slots after theirs.
  ;;
  ;; Q by Horner's rule, from the last member to the first: q = 2 q + d. Doubling a byte is adding it
  ;; to itself, and where a bit left it (it was negative), 0x1d is added in the field's sense.
  (func (export "encode") (param $count i32) (param $stride i32) (param $length i32)
    (local $at i32) (local $from i32) (local $end i32)
    (local $zero v128) (local $reduction v128)
    (local $p0 v128) (local $p1 v128) (local $p2 v128) (local $p3 v128)
    (local $q0 v128) (local $q1 v128) (local $q2 v128) (local $q3 v128)
    (local $d v128)
    (local.set $reduction (v128.const i32x4 0x1d1d1d1d 0x1d1d1d1d 0x1d1d1d1d 0x1d1d1d1d))
    (block $done
      (loop $turn
        (br_if $done (i32.ge_u (local.get $at) (local.get $length)))
        ;; The last member starts both sums.
        (local.set $from
          (i32.add
            (local.get $at)
            (i32.mul (i32.sub (local.get $count) (i32.const 1)) (local.get $stride))))
        (local.set $q0 (local.tee $p0 (v128.load (local.get $from))))
        (local.set $q1 (local.tee $p1 (v128.load offset=16 (local.get $from))))
        (local.set $q2 (local.tee $p2 (v128.load offset=32 (local.get $from))))
        (local.set $q3 (local.tee $p3 (v128.load offset=48 (local.get $from))))
        (block $summed
          (loop $member
            (br_if $summed (i32.le_u (local.get $from) (local.get $at)))
            (local.set $from (i32.sub (local.get $from) (local.get $stride)))

            (local.set $d (v128.load (local.get $from)))
            (local.set $p0 (v128.xor (local.get $p0) (local.get $d)))
            (local.set $q0
              (v128.xor
                (v128.xor
                  (i8x16.add (local.get $q0) (local.get $q0))
                  (v128.and
                    (i8x16.gt_s (local.get $zero) (local.get $q0))
                    (local.get $reduction)))
                (local.get $d)))

            (local.set $d (v128.load offset=16 (local.get $from)))
            (local.set $p1 (v128.xor (local.get $p1) (local.get $d)))
            (local.set $q1
              (v128.xor
                (v128.xor
                  (i8x16.add (local.get $q1) (local.get $q1))
                  (v128.and
                    (i8x16.gt_s (local.get $zero) (local.get $q1))
                    (local.get $reduction)))
                (local.get $d)))

            (local.set $d (v128.load offset=32 (local.get $from)))
            (local.set $p2 (v128.xor (local.get $p2) (local.get $d)))
            (local.set $q2
              (v128.xor
                (v128.xor
                  (i8x16.add (local.get $q2) (local.get $q2))
                  (v128.and
                    (i8x16.gt_s (local.get $zero) (local.get $q2))
                    (local.get $reduction)))
                (local.get $d)))

            (local.set $d (v128.load offset=48 (local.get $from)))
            (local.set $p3 (v128.xor (local.get $p3) (local.get $d)))
            (local.set $q3
              (v128.xor
                (v128.xor
                  (i8x16.add (local.get $q3) (local.get $q3))
                  (v128.and
                    (i8x16.gt_s (local.get $zero) (local.get $q3))
                    (local.get $reduction)))
                (local.get $d)))
            (br $member)))
        ;; P lies behind the last member, Q behind P.
        (local.set $end
          (i32.add (local.get $at) (i32.mul (local.get $count) (local.get $stride))))
        (v128.store (local.get $end) (local.get $p0))
        (v128.store offset=16 (local.get $end) (local.get $p1))
        (v128.store offset=32 (local.get $end) (local.get $p2))
        (v128.store offset=48 (local.get $end) (local.get $p3))
        (local.set $end (i32.add (local.get $end) (local.get $stride)))
        (v128.store (local.get $end) (local.get $q0))
        (v128.store offset=16 (local.get $end) (local.get $q1))
        (v128.store offset=32 (local.get $end) (local.get $q2))
        (v128.store offset=48 (local.get $end) (local.get $q3))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br $turn))))

  ;; target = target + source.
  (func (export "add") (param $target i32) (param $source i32) (param $length i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $target) (local.get $length)))
    (block $done
      (loop $turn
        (br_if $done (i32.ge_u (local.get $target) (local.get $end)))
        (v128.store (local.get $target)
          (v128.xor (v128.load (local.get $target)) (v128.load (local.get $source))))
        (local.set $target (i32.add (local.get $target) (i32.const 16)))
        (local.set $source (i32.add (local.get $source) (i32.const 16)))
        (br $turn))))

  ;; second = pFactor * first + qFactor * second. The product of a byte is the sum of those of its
  ;; halves, and each half is looked up in a table of sixteen. At `tables`: products of pFactor with
  ;; 0, 1, ... 15 and with 0, 16, ... 240, then the same of qFactor.
  (func (export "combine")
    (param $first i32) (param $second i32) (param $tables i32) (param $length i32)
    (local $end i32) (local $p v128) (local $q v128) (local $mask v128)
    (local $pLow v128) (local $pHigh v128) (local $qLow v128) (local $qHigh v128)
    (local.set $end (i32.add (local.get $first) (local.get $length)))
    (local.set $pLow (v128.load (local.get $tables)))
    (local.set $pHigh (v128.load offset=16 (local.get $tables)))
    (local.set $qLow (v128.load offset=32 (local.get $tables)))
    (local.set $qHigh (v128.load offset=48 (local.get $tables)))
    (local.set $mask (v128.const i32x4 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f))
    (block $done
      (loop $turn
        (br_if $done (i32.ge_u (local.get $first) (local.get $end)))
        (local.set $p (v128.load (local.get $first)))
        (local.set $q (v128.load (local.get $second)))
        (v128.store (local.get $second)
          (v128.xor
            (v128.xor
              (i8x16.swizzle (local.get $pLow) (v128.and (local.get $p) (local.get $mask)))
              (i8x16.swizzle (local.get $pHigh)
                (v128.and (i16x8.shr_u (local.get $p) (i32.const 4)) (local.get $mask))))
            (v128.xor
              (i8x16.swizzle (local.get $qLow) (v128.and (local.get $q) (local.get $mask)))
              (i8x16.swizzle (local.get $qHigh)
                (v128.and (i16x8.shr_u (local.get $q) (i32.const 4)) (local.get $mask))))))
        (local.set $first (i32.add (local.get $first) (i32.const 16)))
        (local.set $second (i32.add (local.get $second) (i32.const 16)))
        (br $turn))))

  ;; Whether two slots differ anywhere.
  (func (export "differs") (param $left i32) (param $right i32) (param $length i32) (result i32)
    (local $end i32) (local $seen v128)
    (local.set $end (i32.add (local.get $left) (local.get $length)))
    (block $done
      (loop $turn
        (br_if $done (i32.ge_u (local.get $left) (local.get $end)))
        (local.set $seen
          (v128.or (local.get $seen)
            (v128.xor (v128.load (local.get $left)) (v128.load (local.get $right)))))
        (local.set $left (i32.add (local.get $left) (i32.const 16)))
        (local.set $right (i32.add (local.get $right) (i32.const 16)))
        (br $turn)))
    (v128.any_true (local.get $seen))))
