#include "textflag.h"

// func framePC() uintptr
//
// The compiler calls this without a wrapper, so BP is the front function's frame pointer still; its return address is
// beside the frame pointer it saved.
TEXT ·framePC(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ 8(BP), AX
	MOVQ AX, ret+0(FP)
	RET
