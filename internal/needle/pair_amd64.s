#include "textflag.h"

// func hasAVX2() bool
TEXT ·hasAVX2(SB), NOSPLIT, $0-1
	MOVB $0, ret+0(FP)
	XORL AX, AX
	CPUID
	CMPL AX, $7
	JB   no
	MOVL $1, AX
	XORL CX, CX
	CPUID
	ANDL $0x18000000, CX // OSXSAVE and AVX
	CMPL CX, $0x18000000
	JNE  no
	XORL CX, CX
	XGETBV
	ANDL $6, AX          // the system keeps the registers of SSE and AVX
	CMPL AX, $6
	JNE  no
	MOVL $7, AX
	XORL CX, CX
	CPUID
	SHRL $5, BX          // AVX2
	ANDL $1, BX
	MOVB BX, ret+0(FP)

no:
	RET

// func indexPairAVX2(b []byte, c0, c1 byte) int
//
// Y0 and Y1 hold the two bytes 32 times. A block of 32 positions is compared with the first and, one
// byte on, with the second; where both are equal a pair starts. DI is the block, R8 the last one, which
// ends one byte before b does and overlaps the one before it.
TEXT ·indexPairAVX2(SB), NOSPLIT, $0-40
	MOVQ         b_base+0(FP), SI
	MOVQ         b_len+8(FP), BX
	VPBROADCASTB c0+24(FP), Y0
	VPBROADCASTB c1+25(FP), Y1
	MOVQ         SI, DI
	LEAQ         -33(SI)(BX*1), R8
	LEAQ         -96(R8), R9
	CMPQ         BX, $129
	JB           single

four:
	VPCMPEQB  (DI), Y0, Y2
	VPCMPEQB  1(DI), Y1, Y3
	VPCMPEQB  32(DI), Y0, Y4
	VPCMPEQB  33(DI), Y1, Y5
	VPCMPEQB  64(DI), Y0, Y6
	VPCMPEQB  65(DI), Y1, Y7
	VPCMPEQB  96(DI), Y0, Y8
	VPCMPEQB  97(DI), Y1, Y9
	VPAND     Y2, Y3, Y2
	VPAND     Y4, Y5, Y4
	VPAND     Y6, Y7, Y6
	VPAND     Y8, Y9, Y8
	VPOR      Y2, Y4, Y3
	VPOR      Y6, Y8, Y7
	VPOR      Y3, Y7, Y3
	VPTEST    Y3, Y3
	JNZ       single // which finds it again
	ADDQ      $128, DI
	CMPQ      DI, R9
	JBE       four

single:
	CMPQ      DI, R8
	JAE       last
	VPCMPEQB  (DI), Y0, Y2
	VPCMPEQB  1(DI), Y1, Y3
	VPAND     Y2, Y3, Y2
	VPMOVMSKB Y2, AX
	TESTL     AX, AX
	JNZ       found
	ADDQ      $32, DI
	JMP       single

last:
	MOVQ      R8, DI
	VPCMPEQB  (DI), Y0, Y2
	VPCMPEQB  1(DI), Y1, Y3
	VPAND     Y2, Y3, Y2
	VPMOVMSKB Y2, AX
	TESTL     AX, AX
	JNZ       found
	MOVQ      $-1, ret+32(FP)
	VZEROUPPER
	RET

found:
	BSFL AX, AX
	SUBQ SI, DI
	ADDQ DI, AX
	MOVQ AX, ret+32(FP)
	VZEROUPPER
	RET

// func marksAVX2(dst []uint64, b []byte, c byte)
//
// 64 bytes a round are compared with Y0, which holds c 32 times; their marks are one word of dst.
TEXT ·marksAVX2(SB), NOSPLIT, $0-49
	MOVQ         dst_base+0(FP), DI
	MOVQ         b_base+24(FP), SI
	MOVQ         b_len+32(FP), BX
	VPBROADCASTB c+48(FP), Y0
	SHRQ         $6, BX
	JZ           done

word:
	VPCMPEQB  (SI), Y0, Y1
	VPCMPEQB  32(SI), Y0, Y2
	VPMOVMSKB Y1, AX
	VPMOVMSKB Y2, CX
	SHLQ      $32, CX
	ORQ       CX, AX
	MOVQ      AX, (DI)
	ADDQ      $64, SI
	ADDQ      $8, DI
	DECQ      BX
	JNZ       word

done:
	VZEROUPPER
	RET
